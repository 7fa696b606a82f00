"""Which watchlists read the article log together, and how far behind the others some are. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from monitor.records import WatchlistPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Watchlists that have read as far as each other, by name; `read_to` is None for those in step."""

    read_to: int | None
    places: Mapping[str, WatchlistPlace]
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.places))


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The watchlists that are in step, and the groups that are not, the furthest behind first."""

    in_step: Group
    behind: tuple[Group, ...]


def readers(places: Iterable[WatchlistPlace], configured: Collection[str]) -> Readers:
    """Who reads with whom, of the watchlists that config.yaml has."""
    present = [place for place in places if place.name in configured]
    in_step = [place for place in present if place.read_seq is None]
    behind = sorted((place for place in present if place.read_seq is not None), key=_read_to)
    return Readers(
        in_step=_group(in_step, None),
        behind=tuple(_group(group, seq) for seq, group in groupby(behind, key=_read_to)),
    )


def _group(places: Iterable[WatchlistPlace], read_to: int | None) -> Group:
    return Group(read_to=read_to, places={place.name: place for place in places})


def _read_to(place: WatchlistPlace) -> int:
    return place.read_seq or 0
