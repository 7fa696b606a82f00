"""The schema that editors get: fresh, complete, and of one mind with the program about right and wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator

from alerts.registry import channel_types
from core.errors import ConfigError
from core.located_yaml import load
from monitor import config as config_module
from monitor.config import read_config
from monitor.config_schema import config_schema
from tests.docs.pages import DOCS, ROOT, blocks, pages
from tests.docs.schema import SCHEMA, schema_text, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.docs.pages import Block

PARTS = {"watchlists/banjir.yaml", "situs-papua.yaml", "kanal.yaml"}  # they hold no section's key
SITE = "name: a, url: https://a.example/"
WRONG = [
    "timezone: 7",
    "databse: x.db",
    "crawl: {delay: 5 minutes}",
    "crawl: {delay: 5}",
    "crawl: {looks_per_day: 0}",
    "crawl: {dealy: 5s}",
    "network: {allow_private: 127.0.0.0/8}",
    "sites: rakyatku",
    "sites: [raykatku]",
    "sites: [{name: a}]",
    f"sites: [{{{SITE}, every: often}}]",
    f"sites: [{{{SITE}, feeds: https://a.example/rss}}]",
    "sites: [{region: Sulawesi Tengara}]",
    "sites: [{group: Fajarr}]",
    "sites: [{every: 5m}]",
    "watchlists: []\naliases: [[satu]]",
    "watchlists: []\naliases: [[satu, {name: dua, since: 2019-01-01}]]",
    "watchlists: {name: a, any: [x]}",
    "watchlists: [{any: [x]}]",
    "watchlists: [{name: dua kata, any: [x]}]",
    "watchlists: [{name: a, any: [1]}]",
    "watchlists: [{name: a, any: [x], in: [judul]}]",
    "watchlists: [{name: a, any: [x], min_independent: 0}]",
    "watchlists: [{name: a, any: [x], aliases: ya}]",
    "watchlists: [{name: a, any: [x], examples: {cocok: [x]}}]",
    "channels: [{type: console}]",
    "channels: {a: {}}",
    "channels: {a: {type: pigeon}}",
    "channels: {a: {type: discord}}",
    "channels: {a: {type: console, colour: red}}",
    "channels: {a: {type: ntfy, url: https://ntfy.example/x, priority: 9}}",
    "channels: {a: {type: email, to: [a@a.example], from: b@a.example, smtp: {}}}",
    "channels: {a: {type: email, to: [a@a.example], from: b@a.example, smtp: {host: x, tls: ssl}}}",
]


@pytest.fixture(scope="module")
def editor() -> Draft7Validator:
    return Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def as_an_editor_reads(text: str) -> Any:
    """A config as plain data, in which an include is a string."""
    return load(text.replace("!include ", ""), "config.yaml").data


def found_by(editor: Draft7Validator, data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in editor.iter_errors(data)]


def test_the_schema_as_shipped_is_that_of_the_models_in_the_words_of_the_docs() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), (
        "`python -m tests.docs.schema` writes it anew"
    )
    Draft7Validator.check_schema(json.loads(schema_text()))


def test_every_section_has_its_schema() -> None:
    """One that is missing belongs into monitor.config_schema._SECTIONS."""
    assert set(config_schema({})["properties"]) == set(config_module._KEYS)


def test_every_key_is_described() -> None:
    dated = {"name", "from", "until"}  # of an alias: a page of its own tells of it
    bare = {name for name, one in keys_in(config_schema(words())) if "description" not in one}
    assert bare - dated == set()


def keys_in(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, list):
        for one in node:
            yield from keys_in(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "properties":
                yield from ((name, one) for name, one in value.items() if one.keys() != {"const"})
                yield from keys_in(list(value.values()))
            elif key != "if":
                yield from keys_in(value)


def configs_in_the_docs() -> list[Block]:
    found = [block for page in pages() for block in blocks(page, "yaml")]
    return [block for block in found if block.name not in PARTS | {"salah.yaml"}]


@pytest.mark.parametrize("block", configs_in_the_docs(), ids=lambda block: block.place)
def test_every_config_in_the_docs_is_right_to_an_editor(
    block: Block, editor: Draft7Validator
) -> None:
    assert found_by(editor, as_an_editor_reads(block.text)) == []


def test_the_config_as_shipped_is_right_and_names_the_schema(editor: Draft7Validator) -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert found_by(editor, as_an_editor_reads(text)) == []
    first = text.splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA.relative_to(ROOT)}"
    assert "# yaml-language-server: $schema=" in (DOCS / "configuration.md").read_text("utf-8")


def test_every_form_of_every_channel_is_right(editor: Draft7Validator) -> None:
    for model in channel_types().values():
        for example in (model.EXAMPLE, *model.OTHER_EXAMPLES):
            assert found_by(editor, {"channels": {"satu": dict(example)}}) == []


@pytest.mark.parametrize("key", config_module._KEYS)
def test_a_section_that_is_commented_out_is_right(key: str, editor: Draft7Validator) -> None:
    assert found_by(editor, {key: None}) == []


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_to_the_program_is_wrong_to_an_editor(
    text: str, editor: Draft7Validator, tmp_path: Path
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        read_config(path, environment={})
    assert found_by(editor, as_an_editor_reads(text)) != []


@pytest.mark.parametrize("text", ["any: x", "in: [title]"])
def test_a_variable_may_stand_where_a_form_is_asked_for(text: str, editor: Draft7Validator) -> None:
    data = as_an_editor_reads(f'crawl: {{delay: "${{PAUSE}}"}}\nwatchlists: [{{name: a, {text}}}]')
    assert found_by(editor, data) == []
