"""The `channels` section of config.yaml: every channel's model, or everything that is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from alerts.registry import channel_types
from alerts.sandbox.templates import faults_in
from alerts.secret_files import with_files
from alerts.trial import sample_alert
from core.models import Name, suggest, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.channel import ChannelConfig
    from alerts.sandbox.sandbox import TemplateError
    from core.errors import Problem
    from core.located_yaml import Document, Place

_SAMPLE_AT = datetime(2019, 1, 2, 3, 18, tzinfo=UTC)  # any instant: it is only tried


def read_channels(
    document: Document, place: Place = ("channels",)
) -> tuple[dict[str, ChannelConfig], list[Problem]]:
    """The channels of a config file by name, and every problem found, each with its place.

    A channel with a problem is left out. `url`, `secret`, `token`, `password` and `template` may be given
    as `url_file` and so on: the file's text is taken, without the white space round it; a relative path
    starts from the directory of the file that it stands in. `${NAME}` is expanded before this.
    """
    section = _at(document.data, place)
    if section is None:
        return {}, []
    if not isinstance(section, dict):
        return {}, [document.problem(place, "this must be a mapping of names to channels")]
    channels: dict[str, ChannelConfig] = {}
    problems: list[Problem] = []
    for name in section:
        channel, found = _read_channel(document, (*place, name))
        problems += found
        if channel is not None:
            channels[name] = channel
    faults = _faults_in_templates(channels)
    for name, fault in faults.items():
        key = "template" if "template" in section[name] else "template_file"
        problems.append(document.problem((*place, name, key), f"the template, {fault}"))
    return {name: one for name, one in channels.items() if name not in faults}, problems


def _faults_in_templates(channels: Mapping[str, ChannelConfig]) -> Mapping[str, TemplateError]:
    """What the templates have wrong when they are tried on a sample; starts no process without any."""
    templates = {name: one.template for name, one in channels.items() if one.template is not None}
    return faults_in(templates, sample_alert(_SAMPLE_AT), UTC) if templates else {}


def _at(data: Any, place: Place) -> Any:  # plain YAML data is of any type
    for step in place:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _read_channel(document: Document, place: Place) -> tuple[ChannelConfig | None, list[Problem]]:
    problems = _problems_with_name(document, place)
    model, found = _model_for(document, place)
    problems += found
    if model is None:
        return None, problems
    filled, unread = with_files(document, place)
    channel, found = validate(model, filled, place)
    places = {(problem.path, problem.line, problem.column) for problem in unread}
    found = [one for one in found if (one.path, one.line, one.column) not in places]
    problems += unread + found
    return (None if problems else channel), problems


def _problems_with_name(document: Document, place: Place) -> list[Problem]:
    try:
        TypeAdapter(Name).validate_python(place[-1])
    except ValidationError as error:
        return [document.problem(place, str(error.errors()[0]["ctx"]["error"]), key=True)]
    return []


def _model_for(
    document: Document, place: Place
) -> tuple[type[ChannelConfig] | None, list[Problem]]:
    data = _at(document.data, place)
    types = channel_types()
    known = ", ".join(types)
    if not isinstance(data, dict):
        return None, [document.problem(place, f"a channel has a type ({known}) and its settings")]
    if "type" not in data:
        return None, [document.problem(place, f"'type' is missing: one of {known}")]
    kind = data["type"]
    if isinstance(kind, str) and kind in types:
        return types[kind], []
    hint = suggest(kind, types) if isinstance(kind, str) else ""
    message = f"there is no type of channel {kind!r}{hint}: it is one of {known}"
    return None, [document.problem((*place, "type"), message)]
