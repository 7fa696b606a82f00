"""What the crawler makes of a page: an article, as plain data. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from core.clock import utc

if TYPE_CHECKING:
    from collections.abc import Mapping

_INSTANTS = ("published_at", "modified_at")
_LISTS = ("authors", "editors", "tags")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published piece. Text is clean (core.text); unknown is None or empty, never "".

    `published_at` is UTC; where a page gives only a day, `published_on` holds it and `published_at`
    is None. `evidence` names where each field came from ("json-ld", "visible:Rabu, 2 Januari 2019").
    A `thin` article has only what its feed said, because its page could not be read.
    """

    url: str
    canonical_url: str
    title: str
    body: str
    site: str | None = None
    published_at: datetime | None = None
    published_on: date | None = None
    modified_at: datetime | None = None
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: str | None = None
    language: str | None = None
    image_url: str | None = None
    dateline: str | None = None
    thin: bool = False
    evidence: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in _INSTANTS:
            at = getattr(self, name)
            if at is not None:
                object.__setattr__(self, name, utc(at))

    def to_data(self) -> dict[str, Any]:
        """As JSON data; the inverse of from_data."""
        data = {one.name: getattr(self, one.name) for one in fields(self)}
        data["evidence"] = dict(self.evidence)
        for name in (*_INSTANTS, "published_on"):
            data[name] = data[name].isoformat() if data[name] is not None else None
        for name in _LISTS:
            data[name] = list(data[name])
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError for what to_data did not write."""
        values = {one.name: data[one.name] for one in fields(cls)}
        for name in _INSTANTS:
            values[name] = datetime.fromisoformat(values[name]) if values[name] else None
        on = values["published_on"]
        values["published_on"] = date.fromisoformat(on) if on else None
        for name in _LISTS:
            values[name] = tuple(values[name])
        return cls(**values)
