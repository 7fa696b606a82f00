"""The section `health` of config.yaml: the channels that are told of sites that break or fall silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from core.models import Strings, suggest

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.errors import Problem
    from core.located_yaml import Document

_CHANNELS: TypeAdapter[tuple[str, ...]] = TypeAdapter(Strings)


def read_health(
    document: Document, channels: Collection[str] | None
) -> tuple[tuple[str, ...], list[Problem]]:
    """The names under `health`, each once, and every problem with them; left out, nobody is told."""
    named = document.data.get("health")
    if named is None:
        return (), []
    try:
        names = _CHANNELS.validate_python(named, strict=True)
    except ValidationError:
        message = "this must be a list of names from `channels:`"
        return (), [document.problem(("health",), message)]
    known = channels if channels is not None else names
    problems = [
        document.problem(
            ("health", index),
            f"there is no channel {name!r}{suggest(name, known)}: write a name from `channels:`",
        )
        for index, name in enumerate(names)
        if name not in known
    ]
    return tuple(dict.fromkeys(names)), problems
