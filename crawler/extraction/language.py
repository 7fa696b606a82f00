"""The language of an article: a small local detector first, then what the page says of itself."""

from __future__ import annotations

import re

import py3langid

_ENOUGH = 80
_SAMPLE = 1500
_MALAY = frozenset({"id", "ms"})
_CODE = re.compile(r"(?:in-)?([a-z]{2,3})(?![a-z])", re.IGNORECASE)


def decide(text: str, declared: str | None) -> str | None:
    """An ISO 639-1 code, or None where the text is too short and the page says nothing.

    Indonesian and Malay look alike to the detector: a page is Malay only where it says so itself.
    """
    said = _code(declared)
    if len(text) < _ENOUGH:
        return said
    seen = str(py3langid.classify(text[:_SAMPLE])[0])
    if seen in _MALAY or said == "id" == seen:
        return "ms" if said == "ms" else "id"
    return seen


def _code(declared: str | None) -> str | None:
    found = _CODE.match(declared.strip().replace("_", "-")) if declared else None
    return found[1].lower() if found is not None else None
