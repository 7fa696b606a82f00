"""The articles of the demo's newsroom, as its data files tell them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

from core.clock import utc
from core.located_yaml import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One text as its newsroom wrote it; `appears`: which sites carry it, and for how long now."""

    slug: str
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    section: str = "Berita"
    author: str | None = None
    editor: str | None = None
    tags: tuple[str, ...] = ()
    appears: Mapping[str, timedelta] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A piece at its address on one site; `published_at` is UTC, None where pages must not tell."""

    piece: Piece
    url: str
    published_at: datetime | None

    def __post_init__(self) -> None:
        if self.published_at is not None:
            object.__setattr__(self, "published_at", utc(self.published_at))


def first_pieces() -> tuple[Piece, ...]:
    """What the newsroom has published when the demo begins."""
    return tuple(_pieces_in(_folder()))


def later_piece() -> Piece:
    """What it publishes while the demo runs."""
    (piece,) = _pieces_in(_folder() / "later")
    return piece


def _folder() -> Traversable:
    return files("monitor.demo") / "articles"


def _pieces_in(folder: Traversable) -> Iterator[Piece]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".yaml"):
            yield _read(entry)


def _read(entry: Traversable) -> Piece:
    data = load(entry.read_text(encoding="utf-8"), entry.name).data
    ages = {site: timedelta(minutes=minutes) for site, minutes in data.pop("appears").items()}
    return Piece(
        slug=entry.name.removesuffix(".yaml"),
        paragraphs=tuple(data.pop("paragraphs")),
        tags=tuple(data.pop("tags")),
        appears=ages,
        **data,
    )
