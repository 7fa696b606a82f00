"""The docs hold: YAML loads, every key and channel is explained, pictures are fresh, links lead somewhere."""

from __future__ import annotations

import re
import tomllib
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from alerts.channel import ChannelConfig
from alerts.outbox.retry import DELAYS, GIVE_UP_AFTER
from alerts.registry import channel_types
from core.includes import NoLibrary
from core.located_yaml import load
from core.models import Model, _models_in
from crawler.sites import CrawlConfig, NetworkConfig, SelectionConfig, SiteConfig
from monitor import config as config_module
from monitor.backups import BackupConfig
from monitor.config import read_config
from monitor.retention.rules import KeepConfig
from monitor.service.sections import CanaryConfig, HeartbeatConfig, HttpConfig, LogConfig
from monitor.watchlists.drafts import WatchlistConfig
from monitor.watchlists.section import read_watchlists
from tests.docs import messages
from tests.docs.drawing import PICTURES, draw
from tests.docs.pages import DOCS, ROOT, anchors, blocks, codes, links, pages, prose, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.docs.pages import Block

CONFIGURATION = DOCS / "configuration.md"
CHANNELS = DOCS / "channels.md"
WATCHLISTS = DOCS / "watchlists.md"
ARCHITECTURE = DOCS / "architecture.md"
SECRET = "https://rahasia.example/nilai"
TOKEN = "110000000:AAAbcdefghijklmnop"
MISTAKEN = "salah.yaml"  # its errors are what the docs show

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_COMMENTED = re.compile(r"^  # (?=[a-z][\w-]*:|- (?:name|region):|  )", re.MULTILINE)
_SECTIONS: dict[str, type[Model]] = {
    "crawl": CrawlConfig,
    "network": NetworkConfig,
    "sites": SiteConfig,
    "watchlists": WatchlistConfig,
    "http": HttpConfig,
    "log": LogConfig,
    "heartbeat": HeartbeatConfig,
    "canary": CanaryConfig,
    "backup": BackupConfig,
    "keep": KeepConfig,
}
_FILE = re.compile(r"`((?:core|crawler|alerts|monitor|tests|bench|docs|deploy)/[\w./-]*)`")


def yaml_blocks() -> list[Block]:
    found = [block for page in pages() for block in blocks(page, "yaml")]
    return [
        one for one in found if one.name != MISTAKEN and one.name not in included_files(one.page)
    ]


def included_files(page: Path) -> dict[str, str]:
    """The blocks of a page that stand for files which a config includes, by name."""
    found = blocks(page, "yaml") if page == CONFIGURATION else ()
    return {one.name: one.text for one in found if one.name not in ("", "config.yaml")}


def data_of(block: Block) -> Any:
    """What a block itself holds, as plain data."""
    return load(block.text, block.place, library=NoLibrary()).data


def place_of(block: Block) -> str:
    return block.place


# YAML ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", yaml_blocks(), ids=place_of)
def test_every_piece_of_yaml_in_the_docs_is_a_config_that_loads(
    block: Block, tmp_path: Path
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(completed(block), encoding="utf-8")
    write_secret_files(data_of(block), tmp_path)
    parts = included_files(block.page)
    for name, text in parts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    config = read_config(path, environment=secrets_in(block.text + "".join(parts.values())))
    assert config.sections >= {*data_of(block)}


def completed(block: Block) -> str:
    """A fragment with the sites and channels that its watchlists name, where it has no such section."""
    data, text = data_of(block), block.text
    watchlists = data.get("watchlists") or []
    if "channels" not in data:
        names = {name for one in watchlists for name in one.get("notify") or ()}
        text += "channels:\n" + "".join(f"  {name}: {{type: console}}\n" for name in sorted(names))
    if "sites" not in data:
        names = {name for one in watchlists for name in one.get("sites") or ()}
        entries = (f"  - {{name: {name}, url: https://situs.example/}}\n" for name in sorted(names))
        text += "sites:\n" + "".join(entries)
    return text


def write_secret_files(data: Any, folder: Path) -> None:
    for key, value in data.items() if isinstance(data, dict) else ():
        if key.endswith("_file"):
            path = folder / value
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(secret_of(value) + "\n", encoding="utf-8")
        write_secret_files(value, folder)


def secrets_in(text: str) -> dict[str, str]:
    return {name: secret_of(name) for name in _VARIABLE.findall(text)}


def secret_of(name: str) -> str:
    """Something that may be what this name stands for."""
    return TOKEN if "telegram" in name.lower() else SECRET


def test_the_config_that_is_shipped_loads_without_secrets_and_without_warnings() -> None:
    config = read_config(ROOT / "config.yaml", environment={})
    assert config.warnings == ()


def test_the_examples_in_the_shipped_config_load_once_their_marks_are_taken_away(
    tmp_path: Path,
) -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    text, taken_away = _COMMENTED.subn("  ", text)
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    config = read_config(path, environment=secrets_in(text))
    assert taken_away
    assert {channel.type for channel in config.channels.values()} == set(channel_types())


# Keys ---------------------------------------------------------------------------------------------


def test_every_key_of_the_config_is_explained_and_every_key_that_is_explained_is_one() -> None:
    assert sorted(explained_keys()) == sorted(known_keys())


def test_every_key_of_the_config_stands_in_an_example() -> None:
    used = {
        key for block in yaml_blocks() if block.page == CONFIGURATION for key in used_keys(block)
    }
    assert sorted(known_keys() - used) == []


def known_keys() -> set[str]:
    """Every key that config.yaml may have, as the docs write it: "crawl.delay", "channels.slack.url"."""
    keys = set(config_module._KEYS)
    for section, model in _SECTIONS.items():
        keys |= keys_of(model, section)
    keys |= keys_of(SelectionConfig, "sites") | keys_of(ChannelConfig, "channels")
    for kind, channel in channel_types().items():
        shared = {f"channels.{kind}.{name}" for name in ChannelConfig.model_fields}
        keys |= keys_of(channel, f"channels.{kind}") - shared
    return keys


def keys_of(model: type[Model], prefix: str) -> set[str]:
    keys = set()
    for name, field in model.model_fields.items():
        key = f"{prefix}.{field.alias or name}"
        keys.add(key)
        for inner in _models_in(field.annotation):
            keys |= keys_of(inner, key)
    return keys


def explained_keys() -> Iterator[str]:
    for row in rows(CONFIGURATION):
        if row.columns[0] == "Key":
            section = codes(row.heading)
            yield ".".join([*section, codes(row.cells[0])[0]])


def used_keys(block: Block) -> Iterator[str]:
    for section, value in data_of(block).items():
        yield section
        if section == "channels":
            for channel in value.values():
                yield from (f"channels.{key}" for key in channel)
                yield from paths_in(channel, f"channels.{channel['type']}")
        else:
            for entry in value if isinstance(value, list) else [value]:
                yield from paths_in(entry, section)


def paths_in(value: Any, prefix: str) -> Iterator[str]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield f"{prefix}.{key}"
        yield from paths_in(inner, f"{prefix}.{key}")


# Watchlists ---------------------------------------------------------------------------------------


def test_every_term_in_the_docs_meets_what_they_say_and_nothing_else() -> None:
    wrong = [
        f"{term!r} and {text!r}"
        for term, texts, meets in terms()
        for text in texts
        if bool(problems_with(term, text)) is meets
    ]
    assert wrong == []


def test_every_term_that_the_docs_call_refused_is_refused_in_those_words() -> None:
    refused = [row for row in rows(WATCHLISTS) if row.columns[0] == "Written"]
    assert refused
    for row in refused:
        assert any(row.cells[1] in said for said in problems_with(codes(row.cells[0])[0], "x")), row


def terms() -> Iterator[tuple[str, list[str], bool]]:
    for row in rows(WATCHLISTS):
        if row.columns[0] == "Term":
            (term,) = codes(row.cells[0])
            yield term, row.cells[1].split("<br>"), True
            yield term, row.cells[2].split("<br>"), False


def problems_with(term: str, text: str) -> list[str]:
    """What is wrong with a watchlist of this term that must match this text."""
    quoted, wanted = (f"'{one.replace(chr(39), chr(39) * 2)}'" for one in (term, text))
    document = load(
        f"watchlists: [{{name: x, any: [{quoted}], examples: {{match: [{wanted}]}}}}]", "docs"
    )
    _, problems = read_watchlists(document, channels=None, sites=None)
    return [problem.message for problem in problems]


# Channels -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(channel_types()))
def test_every_channel_has_its_section_its_config_and_a_fresh_picture_of_its_message(
    kind: str,
) -> None:
    assert f"\n## `{kind}`\n" in CHANNELS.read_text(encoding="utf-8")
    configs = [data_of(block) for block in blocks(CHANNELS, "yaml")]
    assert any(one["type"] == kind for data in configs for one in data["channels"].values())
    (picture,) = [block for block in blocks(CHANNELS) if block.name == kind]
    assert picture.text == messages.shown(kind)


@pytest.mark.parametrize("kind", PICTURES)
def test_the_picture_of_an_alert_is_what_the_channel_is_sent(kind: str) -> None:
    picture = (DOCS / PICTURES[kind]).read_text(encoding="utf-8")
    assert picture == draw(kind)
    assert "href" not in picture
    ET.fromstring(picture)


def test_the_docs_name_the_waits_between_tries_and_the_time_to_give_up() -> None:
    *first, last = (in_words(delay.total_seconds()) for delay in DELAYS)
    text = prose(CHANNELS)
    assert f"waits {', '.join(first)}, then {last} each time" in text
    assert f"After {GIVE_UP_AFTER.total_seconds() / 3600:.0f} hours" in text
    assert f"(e-mail: {channel_types()['email'].give_up_after.days} days)" in text


def in_words(seconds: float) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


# Links and names ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in links(page):
        name, _, anchor = target.partition("#")
        if "://" in target:
            continue
        aim = (page.parent / name).resolve() if name else page
        if not aim.exists() or (anchor and anchor not in anchors(aim)):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_file_that_the_docs_name_is_there(page: Path) -> None:
    named = _FILE.findall(prose(page))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_dependency_and_its_bound_have_their_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        re.sub(r"[<>=].*", "", one): re.sub(r"^[\w.-]+", "", one) for one in project["dependencies"]
    }
    table = [row.cells for row in rows(ARCHITECTURE) if row.columns[0] == "Package"]
    assert {codes(name)[0]: codes(bound)[0] for name, bound, _ in table} == wanted
    assert all(reason for *_, reason in table)
