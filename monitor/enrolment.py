"""Where each watchlist stands in the article log: enrolled with a baseline, moved on, kept a while when gone.

It works on the connection of whoever calls it, inside their transaction.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crawler.archive import Archive
from monitor.records import MonitorRecords, WatchlistPlace

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from monitor.matching.matcher import Watchlist

GONE_KEPT_FOR = timedelta(days=30)

logger = logging.getLogger("siaga.monitor")


def enrol(
    connection: sqlite3.Connection,
    watchlists: Iterable[Watchlist],
    *,
    heed_baseline: bool,
    now: datetime,
) -> None:
    """Give new watchlists a place at the log's end, let edited ones go on, and have gone ones wait."""
    records, head = MonitorRecords(connection), Archive(connection).log_head()
    _forget_long_gone(records, now)
    places = records.places()
    for watchlist in watchlists:
        place = places.pop(watchlist.name, None)
        if place is None:
            placed = _new(watchlist, records, head, heed_baseline=heed_baseline)
        else:
            placed = _edited(watchlist, place)
        if placed != place:
            records.put_place(placed, at=now)
            records.add_version(
                placed.name, placed.version, placed.fingerprint, _definition(watchlist), at=now
            )
    for place in places.values():
        if place.gone_at is None:
            at = place.read_seq if place.read_seq is not None else records.read_to()
            records.put_place(replace(place, gone_at=now, read_seq=at), at=now)


def move_on(
    records: MonitorRecords, places: Iterable[WatchlistPlace], seq: int, *, now: datetime
) -> None:
    """Note that these watchlists have read up to `seq`; at its end they join the others."""
    in_step = seq >= records.read_to()
    for place in places:
        records.put_place(replace(place, read_seq=None if in_step else seq), at=now)
        if in_step:
            counts = records.match_counts().get(place.name, {})
            logger.info(
                "watchlist %s: %d of the articles stored so far match it; what comes now is alerted",
                place.name,
                sum(counts.values()),
            )


def _forget_long_gone(records: MonitorRecords, now: datetime) -> None:
    for place in records.places().values():
        if place.gone_at is not None and now - place.gone_at > GONE_KEPT_FOR:
            records.forget_watchlist(place.name)


def _new(
    watchlist: Watchlist, records: MonitorRecords, head: int, *, heed_baseline: bool
) -> WatchlistPlace:
    """The place of a new watchlist: before everything, with what is there as its baseline."""
    return WatchlistPlace(
        name=watchlist.name,
        version=records.last_version(watchlist.name) + 1,
        fingerprint=watchlist.fingerprint,
        start_seq=head if heed_baseline else 0,
        read_seq=0 if head else None,
        gone_at=None,
    )


def _edited(watchlist: Watchlist, place: WatchlistPlace) -> WatchlistPlace:
    version = place.version + (watchlist.fingerprint != place.fingerprint)
    return replace(place, version=version, fingerprint=watchlist.fingerprint, gone_at=None)


def _definition(watchlist: Watchlist) -> dict[str, Any]:
    """What a watchlist asks for, as its versions keep it."""
    return {
        "query": str(watchlist.query),
        "fields": list(watchlist.fields),
        "sites": sorted(watchlist.sites),
    }
