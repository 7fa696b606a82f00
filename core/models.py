"""The base of every section of config.yaml: frozen pydantic models whose errors say where and what.

pydantic stands only here and in the sections' own models: at the edge.
"""

from __future__ import annotations

import difflib
import re
import types
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.errors import Problem
    from core.located_yaml import Document, Place

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|mo|m|h|d|w|y)")
_DAY = 86_400
_SECONDS = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": _DAY,
    "w": 7 * _DAY,
    "mo": 30 * _DAY,
    "y": 365 * _DAY,
}
INDONESIAN_ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")  # WIB, WITA, WIT
_NAME = re.compile(r"[^\W_][\w.-]*")
_MESSAGES = {
    "missing": "{key} is missing",
    "string_type": "this must be text",
    "list_type": "this must be a list",
    "dict_type": "this must be a mapping of keys to values",
    "model_type": "this must be a mapping of keys to values",
    "bool_type": "this must be true or false",
    "int_type": "this must be a whole number",
    "float_type": "this must be a number",
    "tuple_type": "this must be a list",
}


class Model(BaseModel):
    """A section of config.yaml: frozen, unknown keys refused, no silent conversion of types."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True
    )


AnyModel = TypeVar("AnyModel", bound=Model)


def parse_duration(text: object) -> timedelta:
    """A duration as config.yaml writes it ("5s", "10m", "2h", "1d", "1w", "6mo" of 30 days, "2y").

    Raises ValueError for anything else.
    """
    if isinstance(text, timedelta):
        return text
    match = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is no duration: write 5s, 10m, 2h or 1d")
    try:
        return timedelta(seconds=float(match[1]) * _SECONDS[match[2]])
    except OverflowError:
        raise ValueError(f"{text!r} is too long a duration") from None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{name!r} is no time zone{suggest(name, available_timezones())}: write one like Asia/Jakarta"
        ) from None
    return name


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name: use letters, digits, dots, hyphens and underscores")
    return name


DurationText = Annotated[str, Field(pattern=rf"^\s*{_DURATION.pattern}\s*$")]
"""A duration as config.yaml writes it, for schemas: what BeforeValidators take."""
Duration = Annotated[
    timedelta, BeforeValidator(parse_duration, json_schema_input_type=DurationText)
]
"""A timedelta, written "10m"."""
Zone = Annotated[
    str,
    AfterValidator(_zone),
    # An editor offers those of Indonesia and takes any.
    WithJsonSchema({"anyOf": [{"enum": list(INDONESIAN_ZONES)}, {"type": "string"}]}),
]
"""The name of a time zone that this machine knows."""
Name = Annotated[
    str,
    AfterValidator(_name),
    WithJsonSchema({"type": "string", "pattern": r"^\S+$"}),  # \w is ASCII to an editor
]
"""What a site, a watchlist or a channel is called."""


def listed(value: object) -> object:
    """A list as a tuple, for frozen fields; anything else unchanged, for pydantic to refuse."""
    return tuple(value) if isinstance(value, list) else value


Strings = Annotated[
    tuple[str, ...], BeforeValidator(listed, json_schema_input_type=tuple[str, ...])
]
"""A list of strings."""


def suggest(word: str, candidates: Iterable[str]) -> str:
    """` (did you mean 'x'?)` for the candidate that `word` was probably meant to be, or nothing."""
    close = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""


def validate(
    model: type[AnyModel], document: Document, place: Place
) -> tuple[AnyModel | None, list[Problem]]:
    """The model of what stands at `place` of the document, or None and every problem with it."""
    data = document.data
    for step in place:
        data = data[step]
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, [_explain(detail, model, document, place) for detail in error.errors()]


def _explain(detail: Any, model: type[Model], document: Document, place: Place) -> Problem:
    kind, location = str(detail["type"]), tuple(detail["loc"])
    where = (*place, *location)
    if kind == "extra_forbidden":
        key = str(location[-1])
        known = _keys_at(model, location[:-1])
        message = f"unknown key {key!r}{suggest(key, known)}"
        return document.problem(where, message, key=True)
    if kind == "missing":
        return document.problem(where[:-1], f"{location[-1]!r} is missing")
    if kind in ("value_error", "assertion_error"):
        return document.problem(where, str(detail["ctx"]["error"]))
    return document.problem(where, _MESSAGES.get(kind, str(detail["msg"])))


def _keys_at(model: type[Model], location: Place) -> list[str]:
    """The keys that the model at this place inside `model` takes."""
    current: Any = model
    for step in location:
        models = list(_models_in(current))
        if isinstance(step, str) and models and step in models[0].model_fields:
            current = models[0].model_fields[step].annotation
    models = list(_models_in(current))
    return [field.alias or name for m in models for name, field in m.model_fields.items()]


def _models_in(annotation: Any) -> Iterable[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    elif get_origin(annotation) in (Union, types.UnionType, list, tuple, dict, Annotated):
        for argument in get_args(annotation):
            yield from _models_in(argument)
