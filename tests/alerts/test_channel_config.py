from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alerts.channel import check
from alerts.config import read_channels
from alerts.outcome import LONGEST_DETAIL, Outcome, of_reply
from alerts.transport.roles import Reply
from core.located_yaml import load
from tests.alerts.newsdesk import make_config

if TYPE_CHECKING:
    from pathlib import Path

    from alerts.channel import ChannelConfig
    from core.errors import Problem


def read(text: str, path: str = "config.yaml") -> tuple[dict[str, ChannelConfig], list[Problem]]:
    return read_channels(load(text, path))


def complaints(channel: str) -> list[str]:
    channels, problems = read(f"channels:\n  k: {channel}\n")
    assert channels == {}
    return [str(problem) for problem in problems]


def test_a_config_without_channels_has_none() -> None:
    assert read("sites: []\n") == ({}, [])
    assert read("channels:\n") == ({}, [])


@pytest.mark.parametrize(
    ("channel", "wanted"),
    [
        ("{type: webook, url: x}", "2:13: there is no type of channel 'webook' (did you mean 'web"),
        (
            "{type: 5}",
            "2:13: there is no type of channel 5: it is one of apprise, console, discord",
        ),
        (
            "{url: x}",
            "2:6: 'type' is missing: one of apprise, console, discord, email, ntfy, slack",
        ),
        ("[]", "2:6: a channel has a type"),
        ("{type: slack}", "2:6: give the url of a webhook, or the token of a bot and its channel"),
        ("{type: slack, token: xoxb-1}", "2:6: token and channel are needed both, or neither"),
        ("{type: slack, url: https://a.example/, token: x}", "2:6: give the url of a webhook, or"),
        ("{type: telegram, token: x, chat_id: '1'}", "2:30: this is no bot token"),
        ("{type: telegram, token: '1:x', chat_id: redaksi}", "2:46: 'redaksi' is no chat"),
        ("{type: ntfy, url: https://ntfy.example/}", "2:24: this address must end in a topic"),
        ("{type: ntfy, url: https://ntfy.example/a b}", "2:24: a web address has no spaces"),
        ("{type: ntfy, url: https://ntfy.example/a, password: x}", "2:6: username and password"),
        ("{type: ntfy, url: https://n.example/a, priority: 9}", "2:55: Input should be less than"),
        ("{type: apprise, url: ntfy.example}", "2:27: this is no address of Apprise"),
        (
            "{type: webhook, url: https://a.example/, template: x}",
            "2:57: a webhook has no template",
        ),
        ("{type: console, template: '{{ titel }}'}", "2:32: the template, line 1: an alert has no"),
        ("{type: console, template: '{{ title'}", "2:32: the template, line 1: unexpected end"),
        ("{type: console, template: '  '}", "2:32: the template, it gives no text"),
        ("{type: console, template: 5}", "2:32: this must be text"),
        ("{type: slack, url: ftp://a.example/}", "2:25: a web address begins with https://"),
        ("{type: slack, url: https:///x}", "2:25: this web address names no host"),
        ("{type: slack, url: 'https://a.example:x/'}", "2:25: this is no web address"),
        ("{type: slack, url: 'https://a b.example/'}", "2:25: this web address names no host"),
        ("{type: slack, url: 'https://a.example/ b'}", "2:25: a web address has no spaces"),
        ("{type: slack, url: 5}", "2:25: this must be text"),
        ("{type: webhook, url: https://a.example/, secret: ''}", "2:55: an empty secret"),
        ("{type: webhook, url: https://a.example/, secret: whsec_-}", "2:55: a secret that begins"),
        ("{type: console, alow_private: true}", "2:22: unknown key 'alow_private' (did you mean"),
        ("{type: console, allow_private: 1}", "2:37: this must be true or false"),
    ],
)
def test_each_mistake_is_told_where_it_stands(channel: str, wanted: str) -> None:
    (complaint,) = complaints(channel)
    assert complaint.startswith(f"config.yaml:{wanted}")


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ("to: [], from: a@b.example, smtp: {host: h}", "name at least one address"),
        ("to: a@b.example, from: a@b.example, smtp: {host: h}", "this must be a list"),
        ("to: [ani], from: a@b.example, smtp: {host: h}", "'ani' is no mail address"),
        ('to: ["a@b.example\\nBcc: x@y.z"], from: a@b.id, smtp: {host: h}', "is no mail address"),
        ("to: [a@b.id], from: Siaga, smtp: {host: h}", "'Siaga' is no mail address"),
        ("to: [a@b.id], from: a@b.id, smtp: {host: 'https://h'}", "is no host name"),
        ("to: [a@b.id], from: a@b.id, smtp: {host: h, port: 0}", "greater than or equal to 1"),
        (
            "to: [a@b.id], from: a@b.id, smtp: {host: h, tls: ya}",
            "'starttls', 'implicit' or 'none'",
        ),
        ("to: [a@b.id], from: a@b.id, smtp: {host: h, username: u}", "username and password"),
        ("to: [a@b.id], from: a@b.id, smtp: {host: h, username: é, password: p}", "this user name"),
        ("to: [a@b.id], from: a@b.id, smtp: {host: h, username: u, password: é}", "this password"),
        ("to: [a@b.id], from: a@b.id", "'smtp' is missing"),
        ("to: [a@b.id], smtp: {host: h}", "'from' is missing"),
    ],
)
def test_a_mail_channel_is_checked_as_far_as_reading_can(settings: str, wanted: str) -> None:
    (complaint,) = complaints(f"{{type: email, {settings}}}")
    assert wanted in complaint


def test_an_address_with_a_password_is_refused_and_not_repeated() -> None:
    (complaint,) = complaints("{type: webhook, url: 'https://ani:geheim@a.example/'}")
    assert "must not hold a user name or a password" in complaint
    assert "geheim" not in complaint


def test_all_channels_are_checked_and_the_good_ones_kept() -> None:
    channels, problems = read(
        "channels:\n  a: {type: console}\n  b: {type: slack}\n  'c d': {type: console}\n"
    )
    assert list(channels) == ["a"]
    assert len(problems) == 2


def test_secrets_may_stand_in_files(tmp_path: Path) -> None:
    (tmp_path / "url.txt").write_text("https://hook.example/rahasia\n", encoding="utf-8")
    (tmp_path / "sandi").write_text("  kata sandi \n", encoding="utf-8")
    text = (
        f"channels:\n  a: {{type: slack, url_file: {tmp_path / 'url.txt'}}}\n"
        "  b: {type: email, to: [a@b.id], from: a@b.id,"
        " smtp: {host: h, username: u, password_file: sandi}}\n"
    )
    channels, problems = read(text, str(tmp_path / "config.yaml"))
    assert problems == []
    assert channels["a"] == make_config(type="slack", url="https://hook.example/rahasia")
    assert channels["b"].redact("'kata sandi'") == "'•••'"


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("url_file: tidak-ada", "2:30: tidak-ada cannot be read: No such file or directory"),
        ("url_file: kosong", "2:30: kosong is empty"),
        ("url_file: biner", "2:30: biner cannot be read: it is no text"),
        ("url_file: 5", "2:30: this must be the path of a file"),
        ("url_file: buruk", "2:30: a web address begins with https://"),
        ("url: https://a.example/, url_file: x", "2:55: url and url_file are both given"),
    ],
)
def test_a_secret_file_that_is_no_use_is_told_where_it_is_named(
    tmp_path: Path, setting: str, wanted: str
) -> None:
    (tmp_path / "kosong").write_text("\n", encoding="utf-8")
    (tmp_path / "biner").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "buruk").write_text("geheim", encoding="utf-8")
    path = tmp_path / "config.yaml"
    _, problems = read(f"channels:\n  k: {{type: slack, {setting}}}\n", str(path))
    (problem,) = problems
    assert str(problem).startswith(f"{path}:{wanted}")
    assert "geheim" not in str(problem)


def test_a_change_of_a_secret_changes_the_fingerprint_and_shows_nothing_of_it() -> None:
    first = make_config(type="webhook", url="https://a.example/", secret="satu")
    second = make_config(type="webhook", url="https://a.example/", secret="dua")
    assert first.fingerprint() != second.fingerprint()
    assert first != second
    assert len(first.fingerprint()) == 4


def test_a_secret_is_found_in_parts() -> None:
    config = make_config(type="slack", url="https://hooks.example/services/T01/B01/geheim99")
    assert config.redact("no_service at /services/T01/B01/geheim99") == "no_service at •••"
    assert "geheim99" not in config.redact("bad token geheim99")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://alur.example/triggers?api-version=1&sig=geheim99", "bad signature geheim99"),
        ("https://alur.example/triggers?v=1&sig=geheim%2F99%3D", "bad signature geheim/99="),
        ("https://alur.example/triggers?sig=geheim%2F99%3D", "bad signature geheim%2F99%3D"),
        ("https://alur.example/triggers?sig=geheim+99", "bad signature 'geheim 99'"),
        ("https://alur.example/triggers?geheim99", "bad signature geheim99"),
        ("https://alur.example/kait/geheim%2B99", "no hook geheim+99"),
    ],
)
def test_a_secret_of_an_address_is_found_however_it_is_told(url: str, said: str) -> None:
    told = make_config(type="teams", url=url).redact(f"HTTP 400: {said}")
    assert "geheim" not in told
    assert "99" not in told
    assert told.startswith("HTTP 400: ")


class Repeating:
    """A channel whose peer repeats in its answer whatever it is told."""

    def __init__(self, said: str) -> None:
        self._said = said

    def check(self) -> Outcome:
        return of_reply(Reply(status=400, body=self._said.encode()))


@pytest.mark.parametrize("before", range(150, 220, 7))
def test_a_secret_is_taken_out_of_a_peers_words_before_they_are_cut(before: int) -> None:
    config = make_config(type="teams", url="https://alur.example/triggers?sig=geheim99geheim99")
    outcome = check(config, Repeating(f"{'x' * before}geheim99geheim99"))
    assert "gehe" not in outcome.detail
    assert len(outcome.detail) <= LONGEST_DETAIL
