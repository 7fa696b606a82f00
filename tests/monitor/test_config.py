"""config.yaml as a whole: what loads, and everything that is wrong with it at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.channels.webhook import WebhookConfig
from core.errors import ConfigError
from monitor.config import Config, read_config
from monitor.query.parser import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.errors import Problem

ENVIRONMENT = {
    "SLACK_WEBHOOK_URL": "https://hooks.slack.example/services/T0/B0/rahasia",
    "SMTP_PASSWORD": "kata sandi: #1",
    "HOOK_SECRET": "kunci-rahasia",
}

# What the contract with users shows, all of it.
WHOLE = """\
timezone: Asia/Makassar
database: siaga.db
crawl:
  user_agent: Siaga/0.1 (redaksi@koran.example)
  proxy: null
  delay: 1s
  min_every: 1m
  max_age: 7d
network: {allow_private: []}
sites:
  - rakyatku
  - name: koran-contoh
    url: https://koran.example/
    feeds: [https://koran.example/rss]
    timezone: Asia/Makassar
    every: auto
watchlists:
  - name: suriah
    any: [Suriah, Syria, "Astana NEAR/20 (Rusia OR Turki)"]
    all: []
    none: ["Astana Anyar"]
    in: [title, body]
    notify: [meja-redaksi, email-ani]
    examples:
      match: ["Utusan Rusia tiba di Astana"]
      reject: ["Polsek Astana Anyar bersama Rusia"]
channels:
  meja-redaksi: {type: slack, url: "${SLACK_WEBHOOK_URL}"}
  email-ani:
    type: email
    to: [ani@redaksi.example]
    from: siaga@redaksi.example
    smtp:
      {host: surat.example, port: 587, tls: starttls, username: ani, password: "${SMTP_PASSWORD}"}
  hook: {type: webhook, url: https://sistem.example/siaga, secret: "${HOOK_SECRET}"}
"""


def read(directory: Path, text: str, environment: Mapping[str, str] = ENVIRONMENT) -> Config:
    path = directory / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return read_config(path, environment=environment)


def problems_of(
    directory: Path, text: str, environment: Mapping[str, str] = ENVIRONMENT
) -> list[str]:
    """Each problem as LINE:COL: message."""
    with pytest.raises(ConfigError) as caught:
        read(directory, text, environment)
    prefix = f"{directory / 'config.yaml'}:"
    lines = [str(problem) for problem in caught.value.problems]
    assert all(line.startswith(prefix) for line in lines)
    return [line.removeprefix(prefix) for line in lines]


# What loads ---------------------------------------------------------------------------------------


def test_the_example_of_the_contract_loads(tmp_path: Path) -> None:
    config = read(tmp_path, WHOLE)
    assert config.timezone == "Asia/Makassar"
    assert config.database == tmp_path / "siaga.db"
    assert [site.name for site in config.crawl.sites] == ["rakyatku", "koran-contoh"]
    (suriah,) = config.watchlists
    assert suriah.fields == ("title", "body")
    assert suriah.notify == ("meja-redaksi", "email-ani")
    assert list(config.channels) == ["meja-redaksi", "email-ani", "hook"]
    assert config.warnings == ()


def test_a_secret_comes_from_the_environment_and_is_not_read_as_yaml(tmp_path: Path) -> None:
    hook = read(tmp_path, WHOLE, {**ENVIRONMENT, "HOOK_SECRET": "a: [b # c"}).channels["hook"]
    assert isinstance(hook, WebhookConfig)
    assert hook.secret is not None
    assert hook.secret.get_secret_value() == "a: [b # c"
    assert "a: [b # c" not in repr(hook)


def test_a_secret_comes_from_a_file_beside_the_config(tmp_path: Path) -> None:
    (tmp_path / "kunci").write_text("dari-berkas\n")
    text = "channels: {hook: {type: webhook, url: https://x.example/, secret_file: kunci}}"
    hook = read(tmp_path, text).channels["hook"]
    assert isinstance(hook, WebhookConfig)
    assert hook.secret is not None
    assert hook.secret.get_secret_value() == "dari-berkas"


def test_everything_but_the_mapping_may_be_left_out(tmp_path: Path) -> None:
    config = read(tmp_path, "sites: []")
    assert (config.crawl.sites, config.watchlists, dict(config.channels)) == ((), (), {})
    assert config.database == tmp_path / "siaga.db"
    assert config.timezone == "Asia/Jakarta"
    assert config.crawl.crawl.max_age == timedelta(days=7)


@pytest.mark.parametrize("key", ["crawl", "network", "sites", "watchlists", "channels", "timezone"])
def test_a_section_that_is_commented_out_but_for_its_key_is_an_empty_one(
    tmp_path: Path, key: str
) -> None:
    assert read(tmp_path, f"database: x.db\n{key}:\n  # nothing yet\n").database.name == "x.db"


def test_the_short_spans_that_tests_and_impatient_people_use_are_valid(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        "crawl: {delay: 0s}\nsites: [{name: a, url: https://a.example/, every: 5s, timezone: UTC}]",
    )
    assert config.crawl.crawl.delay == timedelta()
    (site,) = config.crawl.sites
    assert site.interval(config.crawl.crawl) == timedelta(seconds=5)


def test_a_written_min_every_holds_for_every_site(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        "crawl: {min_every: 2m}\nsites: [{name: a, url: https://a.example/, every: 5s}]",
    )
    assert config.crawl.sites[0].interval(config.crawl.crawl) == timedelta(minutes=2)


def test_a_watchlist_may_tell_nobody_and_one_that_says_nothing_tells_all(tmp_path: Path) -> None:
    watchlists = read(
        tmp_path,
        "watchlists: [{name: a, any: [x], notify: []}, {name: b, any: [x]}]\n"
        "channels: {satu: {type: console}, dua: {type: console}}",
    ).watchlists
    assert [one.notify for one in watchlists] == [(), ("satu", "dua")]


def test_no_and_off_and_times_stay_words(tmp_path: Path) -> None:
    (watchlist,) = read(
        tmp_path, "watchlists: [{name: no, any: [no, off, 12:30], notify: []}]"
    ).watchlists
    assert watchlist.name == "no"
    assert "12:30" in str(watchlist.query).replace(" ", ":")


def test_a_database_elsewhere_is_kept_as_written(tmp_path: Path) -> None:
    assert str(read(tmp_path, "database: /srv/siaga/a.db").database) == "/srv/siaga/a.db"


def test_a_private_address_is_no_error_of_the_config(tmp_path: Path) -> None:
    text = "sites: [{name: a, url: 'http://127.0.0.1:1/', timezone: UTC}]"
    assert read(tmp_path, text).crawl.sites[0].url == "http://127.0.0.1:1/"


def test_a_site_whose_zone_nobody_knows_is_a_warning_with_its_place(tmp_path: Path) -> None:
    (warning,) = read(
        tmp_path, "sites:\n  - rakyatku\n  - {name: a, url: https://a.example/}\n"
    ).warnings
    assert (warning.line, warning.column) == (3, 5)
    assert "a names no timezone" in warning.message


# What is wrong ------------------------------------------------------------------------------------


def test_a_region_without_a_site_that_is_read_is_a_warning_and_never_means_all_sites(
    tmp_path: Path,
) -> None:
    text = "watchlists: [{name: rob, any: [rob], regions: [Papua Pegunungan, Bali]}]"
    config = read(tmp_path, text)
    assert [one.message.partition(" is under")[0] for one in config.warnings] == [
        "no site of Papua Pegunungan",
        "no site of Bali",
    ]
    config = read(tmp_path, text.replace(", Bali", ""))
    assert not config.watchlists[0].covers("koran")
    assert not config.watchlists[0].covers(None)


def test_names_of_the_users_own_are_part_of_the_config(tmp_path: Path) -> None:
    names = config_names(read(tmp_path, "aliases: [[Bone, Watampone]]"))
    assert names == {"bone", "watampone"}
    assert config_names(read(tmp_path, "timezone: Asia/Makassar")) == {"bone"}


def config_names(config: Config) -> set[str]:
    """What a search for Bone asks for."""
    return set(str(config.aliases.expanded(parse("Bone"))).split(" OR "))


def test_all_that_is_wrong_is_told_at_once_in_the_files_order(tmp_path: Path) -> None:
    text = """\
timezone: Asia/Makasar
databse: lain.db
crawl: {delay: 5, max_age: 7 days}
network: {allow_private: ["127.0.0.0/99"]}
sites:
  - rakyatkuu
  - name: koran
    url: koran.example
  - {name: lain, url: "https://lain.example/", feed: [x]}
watchlists:
  - name: suriah
    any: [Suriah, "Astana AND"]
    notify: [meja-redaksy]
  - name: suriah
    any: [no]
channels:
  meja-redaksi: {type: slak, url: "https://x.example/"}
  hook: {type: webhook, url: "${TIDAK_ADA}"}
"""
    found = problems_of(tmp_path, text)
    assert [problem.split(": ")[0] for problem in found] == [
        "1:11",
        "2:1",
        "3:16",
        "3:28",
        "4:27",
        "6:5",
        "8:10",
        "9:48",
        "12:19",
        "13:14",
        "14:11",
        "17:24",
        "18:30",
    ]
    assert [problem for problem in found if "did you mean" in problem] == [
        problem for problem in found if problem.split(":")[0] in ("1", "2", "6", "9", "13", "17")
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("timezone: WITA", "1:11: 'WITA' is no time zone"),
        ("timezone: 8", "1:11: this must be"),
        ("timezone: ../../etc/passwd", "1:11: '../../etc/passwd' is no time zone"),
        (
            "sites: [{name: a, url: https://a.example/, timezone: Asia/Jakrta}]",
            "1:54: 'Asia/Jakrta'",
        ),
        ("watchlist: []", "1:1: unknown key 'watchlist' (did you mean 'watchlists'?)"),
        ("sites:\n  - rakyatku\nsites: []", "3:1: 'sites' stands here twice (first in line 1)"),
        ("sites: [rakyatku, rakyatku]", "1:19: the site 'rakyatku' stands here twice"),
        ("sites: rakyatku", "1:8: sites must be a list"),
        ("database: [a]", "1:11: this must be the path of a file"),
        ("watchlists: [{name: a, any: [x], notify: [b]}]", "1:43: there is no channel 'b'"),
        ("watchlists: [{name: a, any: [x], sites: [b]}]", "1:42: there is no site 'b'"),
        ("watchlists: [{name: a, any: [x], in: [titel]}]", "1:39: there is no field 'titel'"),
        ("watchlists: [{any: [x]}]", "1:14: 'name' is missing"),
        ("crawl: {delay: -1s}", "1:16: '-1s' is no duration"),
        ("crawl: {user_agent: ''}", "1:21: "),
        ("crawl: {proxy: 'socks5://x:1'}", "1:16: 'socks5://x:1' is no web address"),
        ("channels: {a: {type: webhook}}", "1:15: 'url' is missing"),
        ("channels: {a: {type: console, warna: merah}}", "1:31: unknown key 'warna'"),
        ("channels: {a: {type: email, smtp: {}}}", "1:35: 'host' is missing"),
        ("a: &a [x]\nb: [*a", "2:7: "),
        ("sites: !!python/object:os.system []", "1:8: "),
    ],
)
def test_a_mistake_is_told_where_it_stands(tmp_path: Path, text: str, problem: str) -> None:
    assert any(found.startswith(problem) for found in problems_of(tmp_path, text)), problems_of(
        tmp_path, text
    )


def test_an_unset_variable_is_told_once_at_each_value_that_needs_it(tmp_path: Path) -> None:
    found = problems_of(tmp_path, WHOLE, {})
    assert [problem.split(": ")[1] for problem in found] == [
        "the environment variable SLACK_WEBHOOK_URL is not set",
        "the environment variable SMTP_PASSWORD is not set",
        "the environment variable HOOK_SECRET is not set",
    ]


def test_a_fault_in_a_channel_is_not_told_again_by_those_who_name_it(tmp_path: Path) -> None:
    text = "watchlists: [{name: a, any: [x], notify: [b]}]\nchannels: {b: {type: webhook}}"
    assert problems_of(tmp_path, text) == ["2:15: 'url' is missing"]


def test_an_error_never_shows_a_secret(tmp_path: Path) -> None:
    text = 'channels: {a: {type: webhook, url: "${A}", secret: "${B}"}}'
    found = problems_of(tmp_path, text, {"A": "ftp://sandi-rahasia@x", "B": "whsec_bukan-base64!"})
    assert len(found) == 2
    assert "rahasia" not in str(found)
    assert "bukan" not in str(found)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# hanya komentar\n", "---\n", "null", "rakyatku", "- rakyatku", "\ufeff"]
)
def test_an_empty_file_is_an_error_and_no_order_to_forget_everything(
    tmp_path: Path, text: str
) -> None:
    (problem,) = problems_of(tmp_path, text)
    assert problem.startswith("1:1: ")


def test_a_file_that_is_not_there_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file: name one with --config"):
        read_config(tmp_path / "config.yaml")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_config(tmp_path)


def test_a_file_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes("sites: []  # café".encode("latin-1"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_config(path)


def test_health_names_channels_each_once(tmp_path: Path) -> None:
    text = "channels: {konsol: {type: console}}\nhealth: [konsol, konsol]\n"
    assert read(tmp_path, text).health == ("konsol",)
    assert read(tmp_path, "sites: []").health == ()


@pytest.mark.parametrize(
    ("health", "problem"),
    [
        ("[konsl]", "2:10: there is no channel 'konsl' (did you mean 'konsol'?)"),
        ("konsol", "2:9: this must be a list of names from `channels:`"),
        ("[3]", "2:9: this must be a list of names from `channels:`"),
    ],
)
def test_health_that_names_no_channel_is_refused(health: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, f"channels: {{konsol: {{type: console}}}}\nhealth: {health}\n")
    (found,) = refused.value.problems
    assert problem in str(found)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.integers(0, len(WHOLE) - 1))
def test_a_half_written_file_is_an_error_or_a_smaller_config(tmp_path: Path, length: int) -> None:
    try:
        config = read(tmp_path, WHOLE[:length])
    except ConfigError:
        return
    assert {site.name for site in config.crawl.sites} <= {"rakyatku", "koran-contoh"}
    assert {one.name for one in config.watchlists} <= {"suriah"}
    assert set(config.channels) <= {"meja-redaksi", "email-ani", "hook"}


@settings(
    max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.integers(0, len(WHOLE)), st.text(st.characters(codec="utf-8"), max_size=4), st.integers(0, 6)
)
def test_a_slip_of_the_keyboard_is_a_config_or_a_config_error(
    tmp_path: Path, at: int, typed: str, deleted: int
) -> None:
    text = WHOLE[:at] + typed + WHOLE[at + deleted :]
    problems: list[Problem] = []
    try:
        read(tmp_path, text)
    except ConfigError as error:
        problems = error.problems
    assert all(1 <= problem.line <= len(text.splitlines()) + 1 for problem in problems)


# Included files -----------------------------------------------------------------------------------


def written(directory: Path, **files: str) -> Path:
    """A folder of configs: each name, with "__" for "/" and without ".yaml", and what it holds."""
    for name, text in files.items():
        path = directory / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory / "config.yaml"


def test_sections_from_several_files_are_one_config(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        config="sites: [rakyatku, !include situs.yaml]\nwatchlists: !include daftar/*.yaml\n"
        "channels: !include kanal/*.yaml\naliases: !include nama.yaml\n",
        situs="- {name: koran, url: https://koran.example/, timezone: Asia/Jakarta}\n",
        daftar__banjir="name: banjir\nany: [banjir]\nnotify: [hook]\n",
        daftar__suap="watchlists:\n  - {name: suap, any: [suap], notify: []}\n",
        kanal__hook='hook: {type: webhook, url: "${SLACK_WEBHOOK_URL}", secret_file: kunci}\n',
        nama="- [satu, dua]\n",
    )
    (tmp_path / "kanal" / "kunci").write_text("rahasia-dapur\n")
    (tmp_path / "kanal" / "kunci").chmod(0o600)
    config = read_config(path, environment=ENVIRONMENT)
    assert [site.name for site in config.crawl.sites] == ["rakyatku", "koran"]
    assert [watchlist.name for watchlist in config.watchlists] == ["banjir", "suap"]
    hook = config.channels["hook"]
    assert isinstance(hook, WebhookConfig)
    assert hook.secret is not None
    assert hook.secret.get_secret_value() == "rahasia-dapur"
    assert config.warnings == ()


def test_what_is_wrong_in_included_files_is_told_at_their_own_places(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        config="sites: !include s/*.yaml\nwatchlists: !include w/*.yaml\nchannels: !include k.yaml\n",
        s__a="- {name: koran, url: https://a.example/}\n",
        s__b="\n- {name: koran, url: https://b.example/}\n",
        w__a="- {name: satu, any: [banjir]}\n",
        w__b='- name: satu\n  any: ["banjir AND"]\n  noen: [x]\n',
        k='hook: {type: webhook, url: "${TIADA}", secret_file: tiada}\n',
    )
    with pytest.raises(ConfigError) as caught:
        read_config(path, environment={})
    first = f"{tmp_path}/w/a.yaml:1"
    told = [str(one).removeprefix(f"{tmp_path}/") for one in caught.value.problems]
    assert told == [
        "k.yaml:1:28: the environment variable TIADA is not set",
        "k.yaml:1:53: tiada cannot be read: No such file or directory",
        f"s/b.yaml:2:3: the site 'koran' stands here twice (first at {tmp_path}/s/a.yaml:1)",
        f"w/b.yaml:1:9: there is a watchlist 'satu' already, at {first}: give this one another name",
        "w/b.yaml:3:3: unknown key 'noen' (did you mean 'none'?)",
    ]


def test_a_pattern_that_names_no_file_is_a_warning(tmp_path: Path) -> None:
    config = read(tmp_path, "sites: !include situs/*.yaml\n")
    (warning,) = config.warnings
    assert "config.yaml:1:8: no file is called situs/*.yaml" in str(warning)
    assert config.sections == frozenset()
