"""Messages in the user's words: what a template can do, and what it cannot."""

from __future__ import annotations

import json
import logging
import os
from typing import TYPE_CHECKING, Any

import pytest

from alerts.config import read_channels
from alerts.notice import Notice
from alerts.sandbox.limits import MOST_TEMPLATE, MOST_TEXT
from alerts.sandbox.sandbox import Sandbox, TemplateError, TemplateTooSlowError
from alerts.sandbox.templates import renderer_of, text_by, values_of
from alerts.trial import try_channel, with_template
from core.errors import UsageError
from core.located_yaml import load
from tests.alerts.newsdesk import (
    MAKASSAR,
    make_alert,
    make_config,
    make_envelope,
    make_transport,
)
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VALUES: dict[str, Any] = {"title": "Kabar Suriah", "words": ["Suriah"], "link": None, "article": {}}
BUSY = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
OURS = "{{ watchlists|join(', ') }}: {{ title }}\n{{ link }}"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def fault(sandbox: Sandbox, template: str) -> str:
    with pytest.raises(TemplateError) as caught:
        sandbox.check(template, VALUES)
    return str(caught.value)


def test_a_template_says_what_it_is_told_to(sandbox: Sandbox) -> None:
    template = "{{ title|upper }}\n{% if link %}\n{{ link }}\n{% endif %}\n{{ words|join(', ') }}\n"
    assert sandbox.render(template, VALUES) == "KABAR SURIAH\nSuriah"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("a\n{{ title", "line 2: unexpected end of template"),
        ("a\n{{ titel }}", "line 2: an alert has no 'titel' (did you mean 'title'?)"),
        ("{% if link %}{{ gambar }}{% endif %}", "line 1: an alert has no 'gambar'"),
        ("\n\n{{ title|teriak }}", "line 3: No filter named 'teriak'"),
        ("\n{{ article.judul }}", "line 2: 'dict object' has no attribute 'judul'"),
        ("{% include 'lain' %}", "it cannot include another template"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ title.format.__globals__ }}", "unsafe"),
        ("{{ cycler.__init__.__globals__.os }}", "unsafe"),
        ("{{ words.append('x') }}", "unsafe"),
        ("{{ title|random }}", "No filter named 'random'"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "RecursionError"),
        ("{# kosong #}", "it gives no text"),
        ("x" * (MOST_TEMPLATE + 1), "it is longer than 16000 characters"),
    ],
)
def test_each_mistake_in_a_template_is_told_with_its_line(
    sandbox: Sandbox, template: str, words: str
) -> None:
    assert words in fault(sandbox, template)


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'a' * 10000000000 }}",
        "{{ 'a'|center(10000000000) }}",
        "{{ '%10000000000d' % 1 }}",
    ],
)
def test_a_template_gets_only_so_much_memory(sandbox: Sandbox, template: str) -> None:
    assert fault(sandbox, template) == "it takes too much memory"


def test_a_text_that_doubles_itself_is_stopped(sandbox: Sandbox) -> None:
    doubling = "{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}"
    found = fault(sandbox, "{% set n = namespace(x='a' * 4096) %}" + doubling + "{{ n.x }}")
    assert found.startswith(("it takes too much memory", "it takes longer than"))


def test_a_text_without_an_end_is_cut(sandbox: Sandbox) -> None:
    text = sandbox.render("{% for a in range(99999) %}{{ title }} {% endfor %}", VALUES)
    assert len(text) == MOST_TEXT
    assert text.endswith("…")


def test_a_template_that_takes_too_long_is_ended_and_the_next_is_rendered(sandbox: Sandbox) -> None:
    with pytest.raises(TemplateTooSlowError, match="longer than 1 s"):
        sandbox.render(BUSY, VALUES)
    assert sandbox.render("{{ title }}", VALUES) == "Kabar Suriah"


def test_the_process_that_renders_knows_nothing_of_our_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "rahasia-sekali")
    with Sandbox() as sandbox:
        sandbox.render("{{ title }}", VALUES)
        assert sandbox._process is not None
        with open(f"/proc/{sandbox._process.pid}/environ", "rb") as environment:  # noqa: PTH123  # of no directory
            assert b"rahasia-sekali" not in environment.read()


def test_the_process_ends_with_its_owner() -> None:
    sandbox = Sandbox()
    sandbox.render("{{ title }}", VALUES)
    assert sandbox._process is not None
    pid = sandbox._process.pid
    del sandbox
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_template_names_what_an_alert_has() -> None:
    values = values_of(make_alert(), MAKASSAR)
    assert values["published"] == "Rab, 2 Jan 2019 11.18 WITA"
    assert values["words"] == ["Astana"]
    assert "body" not in values["article"]
    json.dumps(values)
    assert text_by(OURS, make_alert(), MAKASSAR).startswith("astana, suriah: Utusan bertemu")


def test_a_channel_tells_of_an_alert_in_the_words_of_its_template() -> None:
    config = make_config(type="console", template=OURS)
    renderer = renderer_of(config, config.channel(make_transport()))
    assert renderer.render(make_alert(title="Kabar"), make_envelope()).decode() == (
        "● astana, suriah: Kabar\n  https://koran.example/berita/1?utm_source=umpan\n"
    )


def test_markup_in_a_title_has_no_effect_by_way_of_a_template() -> None:
    config = make_config(type="discord", url="https://discord.example/api/x", template=OURS)
    renderer = renderer_of(config, config.channel(make_transport()))
    title = "[klik](https://jahat.example) @everyone"
    content = json.loads(renderer.render(make_alert(title=title), make_envelope()))["content"]
    assert r"\[klik\]\(https\:\/\/jahat\.example\) \@everyone" in content
    assert "<https://koran.example/berita/1?utm_source=umpan>" in content


def test_a_notice_needs_no_template() -> None:
    config = make_config(type="console", template=OURS)
    renderer = renderer_of(config, config.channel(make_transport()))
    notice = Notice(title="config.yaml belum dapat dipakai", text="baris 3")
    assert renderer.render(notice, make_envelope()).startswith("● config.yaml".encode())


def test_a_template_that_fails_at_an_alert_gives_way_to_the_channels_own_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    config = make_config(type="console", template="{{ title.split('Percobaan')[1] }}")
    renderer = renderer_of(config, config.channel(make_transport()))
    with caplog.at_level(logging.WARNING):
        payload = renderer.render(make_alert(), make_envelope())
    assert "● Utusan bertemu di [Astana]" in payload.decode()
    assert "the template is not used for this message" in caplog.text


def test_a_template_that_was_too_slow_once_is_not_tried_again() -> None:
    trap = "{% if 'Percobaan' not in title %}" + BUSY + "{% endif %}{{ title }}"
    config = make_config(type="console", template=trap)
    renderer = renderer_of(config, config.channel(make_transport()))
    harmless = make_alert(title="Percobaan")
    assert renderer.render(harmless, make_envelope()).decode() == "● Percobaan\n"
    assert "koran-contoh" in renderer.render(make_alert(), make_envelope()).decode()
    assert "koran-contoh" in renderer.render(harmless, make_envelope()).decode()


def test_a_template_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "pesan.j2"
    path.write_text("{{ site }}: {{ title }}\n", encoding="utf-8")
    text = f"channels: {{k: {{type: console, template_file: {path.name}}}}}"
    channels, problems = read_channels(load(text, str(tmp_path / "config.yaml")))
    assert problems == []
    assert channels["k"].template == "{{ site }}: {{ title }}"


def test_a_mistake_in_a_templates_file_is_told_where_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "pesan.j2").write_text("{{ site }}\n{{ titel }}\n", encoding="utf-8")
    text = "channels:\n  k: {type: console, template_file: pesan.j2}"
    channels, (problem,) = read_channels(load(text, str(tmp_path / "config.yaml")))
    assert channels == {}
    assert (problem.line, problem.column) == (2, 37)
    assert problem.message.startswith("the template, line 2: an alert has no 'titel'")


def test_a_trial_shows_a_template_at_work() -> None:
    with WebhookReceiver() as receiver:
        config = make_config(type="slack", url=receiver.url("/accept"), allow_private=True)
        transport = make_transport()
        tried = with_template(config, OURS, make_alert(), zone="Asia/Makassar", transport=transport)
        try_channel(tried, make_alert(), zone="Asia/Makassar", transport=transport)
    (received,) = receiver.received
    assert "astana, suriah: Utusan" in json.dumps(received.data)


@pytest.mark.parametrize(
    ("settings", "template", "error"),
    [
        ({"type": "console"}, "a\n{{ titel }}", TemplateError),
        ({"type": "webhook", "url": "https://hook.example/"}, OURS, UsageError),
    ],
)
def test_a_trial_refuses_a_template_that_is_wrong_or_out_of_place(
    settings: dict[str, Any], template: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        with_template(
            make_config(**settings),
            template,
            make_alert(),
            zone="Asia/Makassar",
            transport=make_transport(),
        )
