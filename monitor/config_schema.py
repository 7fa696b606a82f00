"""A JSON Schema of config.yaml for editors, made of the models that read it. Pure.

It accepts what Siaga reads, but for what only an editor would mind: regions and groups must be spelled as
`siaga sites` spells them, and included files must be called *.yaml. What a schema cannot say, such as
whether a term can be read, only `siaga check` tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from alerts.registry import channel_types
from alerts.secret_files import FILE_SUFFIX, FROM_FILES
from core.includes import LISTS
from core.models import Name, Strings, Zone
from crawler.catalogue import GROUPS, REGIONS, read_catalogue
from crawler.sites import CrawlConfig, NetworkConfig, SelectionConfig, SiteConfig
from monitor.backups import BackupConfig
from monitor.query.lexer import FIELDS
from monitor.retention.rules import KeepConfig
from monitor.service.sections import CanaryConfig, HeartbeatConfig, HttpConfig, LogConfig
from monitor.watchlists.drafts import WatchlistConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema = dict[str, Any]

# Every section that one type reads as a whole; those that need more are in config_schema.
_SECTIONS: Mapping[str, Any] = {
    "timezone": Zone,
    "database": str,
    "crawl": CrawlConfig,
    "network": NetworkConfig,
    "health": Strings,
    "http": HttpConfig,
    "log": LogConfig,
    "heartbeat": HeartbeatConfig,
    "canary": CanaryConfig,
    "backup": BackupConfig,
    "keep": KeepConfig,
}
# Sections for which text alone may stand, as this key of theirs.
_SHORT: Mapping[str, str] = {"heartbeat": "url", "canary": "at", "keep": "articles"}
# What lists of names may hold, where the models leave that to their readers.
_CHOICES: Mapping[str, Schema] = {
    "sites.region": {"enum": list(REGIONS)},
    "sites.group": {"enum": list(GROUPS)},
    "watchlists.in": {"type": "array", "items": {"enum": list(FIELDS)}, "minItems": 1},
    "watchlists.regions": {"type": "array", "items": {"enum": list(REGIONS)}},
}
_DRAFT = "http://json-schema.org/draft-07/schema#"  # the newest that every editor understands
_NOISE = frozenset({"title", "default", "description", "format", "writeOnly", "$defs"})
_INCLUDED: Schema = {"type": "string", "pattern": r"\.ya?ml$", "description": "An included file."}
_NULL: Schema = {"type": "null"}
_VARIABLE = r"\$\{"


def config_schema(words: Mapping[str, str]) -> Schema:
    """The schema. `words` say what a key means, by its path ("crawl.delay", "channels.slack.url")."""
    sections = {key: _schema_of(kind, key, words) for key, kind in _SECTIONS.items()}
    sections["heartbeat"] = _with_files(sections["heartbeat"])
    sections |= {
        key: {"anyOf": [sections[key]["properties"][short], sections[key]]}
        for key, short in _SHORT.items()
    }
    sections |= {
        "sites": _listed("sites", _site(words)),
        "aliases": _listed("aliases", _names_of_one_thing()),
        "watchlists": _listed("watchlists", _schema_of(WatchlistConfig, "watchlists", words)),
        "channels": _channels(words),
    }
    return {
        "$schema": _DRAFT,
        "title": "config.yaml of Siaga",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key: _said(_or_null(section), key, words) for key, section in sections.items()
        },
    }


def _or_null(section: Schema) -> Schema:
    """A section all of whose lines are commented out is null."""
    return {"anyOf": [*section.get("anyOf", [section]), _NULL]}


def _listed(section: str, item: Schema) -> Schema:
    """A list of such items or of included files, or one included file for all of it."""
    if section in LISTS:
        item = {"anyOf": [item, _INCLUDED]}
    return {"anyOf": [{"type": "array", "items": item}, _INCLUDED]}


def _site(words: Mapping[str, str]) -> Schema:
    selection = _schema_of(SelectionConfig, "sites", words)
    selection["anyOf"] = [{"required": ["region"]}, {"required": ["group"]}]
    known = {"enum": sorted(read_catalogue()), "description": "A site of the catalogue."}
    return {"anyOf": [known, _schema_of(SiteConfig, "sites", words), selection]}


def _names_of_one_thing() -> Schema:
    day = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    dated: Schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "from": day, "until": day},
    }
    return {"type": "array", "minItems": 2, "items": {"anyOf": [{"type": "string"}, dated]}}


def _channels(words: Mapping[str, str]) -> Schema:
    kinds = channel_types()
    said = _said({"enum": list(kinds)}, "channels.type", words)
    channel: Schema = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": said},
        "allOf": [
            {
                "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
                "then": _with_files(_schema_of(model, f"channels.{kind}", words)),
            }
            for kind, model in kinds.items()
        ],
    }
    names = {
        "type": "object",
        "propertyNames": _plain(_raw(Name), {}),
        "additionalProperties": channel,
    }
    return {"anyOf": [names, _INCLUDED]}


def _with_files(schema: Schema) -> Schema:
    """A schema in which `url_file` may stand for `url`, and so on."""
    properties: Schema = {}
    for name, one in schema["properties"].items():
        properties[name] = _with_files(one) if "properties" in one else one
        if name in FROM_FILES:
            about = f"A file that holds what `{name}` would; its path is relative to this file."
            properties[name + FILE_SUFFIX] = {"type": "string", "description": about}
    needed = schema.get("required", [])
    either = [
        {"anyOf": [{"required": [name]}, {"required": [name + FILE_SUFFIX]}]}
        for name in needed
        if name in FROM_FILES
    ]
    required = [name for name in needed if name not in FROM_FILES]
    changed: Schema = {**schema, "properties": properties, "required": required}
    return {**changed, "allOf": either} if either else changed


def _schema_of(kind: Any, path: str, words: Mapping[str, str]) -> Schema:
    """The schema of a model or type that stands at a path, its keys described."""
    raw = _raw(kind)
    return _described(_plain(raw, raw.get("$defs", {})), path, words)


def _raw(kind: Any) -> Schema:
    return TypeAdapter(kind).json_schema(by_alias=True, mode="validation")


def _plain(node: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """A schema without references, and without the words that pydantic puts in for programmers."""
    if "$ref" in node:
        return _plain(definitions[node["$ref"].rpartition("/")[2]], definitions)
    plain: Schema = {}
    for key, value in node.items():
        if key == "properties":
            plain[key] = {name: _plain(one, definitions) for name, one in value.items()}
        elif key == "anyOf":
            plain[key] = [_plain(one, definitions) for one in value]
        elif key == "items":
            plain[key] = _plain(value, definitions)
        elif key == "pattern":
            plain[key] = f"{value}|{_VARIABLE}"
        elif key not in _NOISE:
            plain[key] = value
    return plain


def _described(schema: Schema, path: str, words: Mapping[str, str]) -> Schema:
    """A schema with what `words` say of its keys, and of the keys of what stands in it."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [_described(one, path, words) for one in schema["anyOf"]]}
    if "properties" not in schema:
        return schema
    properties: Schema = {}
    for name, one in schema["properties"].items():
        here = f"{path}.{name}"
        properties[name] = _said(_CHOICES.get(here) or _described(one, here, words), here, words)
    return {**schema, "properties": properties}


def _said(schema: Schema, path: str, words: Mapping[str, str]) -> Schema:
    section, *_, key = path.split(".") if "." in path else (path, path)
    # What every channel has is explained once, for all of them.
    about = words.get(path) or words.get(f"{section}.{key}")
    return {"description": about, **schema} if about else schema
