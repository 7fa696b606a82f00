"""Digests and follow-ups in lines of plain text, for the channels that have no form of their own for them.

Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.render import Segment, headline, of_alert, plain, shorten

if TYPE_CHECKING:
    from datetime import tzinfo

    from alerts.digests.digest import Digest, FollowUp
    from alerts.render import Picture

_TITLE_LIMIT = 150
_MOST_NAMED = 10


def digest_text(digest: Digest, zone: tzinfo, *, room: int) -> str:
    """The digest in lines, with as many alerts as fit into `room` characters; the rest is counted."""
    entries = [entry(of_alert(alert, zone)) for alert in digest.alerts]
    shown = len(entries)
    while shown and len(_digest_text(digest, entries[:shown])) > room:
        shown -= 1
    return _digest_text(digest, entries[:shown])


def _digest_text(digest: Digest, entries: list[str]) -> str:
    head = "\n".join(filter(None, (headline(digest), rest(digest, len(entries)))))
    return "\n\n".join((head, *entries))


def rest(digest: Digest, shown: int) -> str:
    """How many alerts of a digest are not shown, and how to see them; nothing where all are."""
    if digest.total <= shown:
        return ""
    return (
        f"{digest.total - shown} lagi tidak tampil di sini: siaga alerts --digest {digest.number}"
    )


def entry(shown: Picture) -> str:
    """One alert of a digest, in three lines."""
    title = plain(shorten([Segment(shown.title_text or "(tanpa judul)")], _TITLE_LIMIT))
    return "\n".join(filter(None, (title, facts(shown), shown.link)))


def facts(shown: Picture) -> str:
    """Where and when an alert of a digest stood, why it is told, and how many others have it."""
    others = f"dan {len(shown.also_in)} media lain" if shown.also_in else None
    watchlists = ", ".join(shown.watchlists) or None
    return " · ".join(filter(None, (shown.site, shown.published, watchlists, others)))


def follow_up_text(told: FollowUp, zone: tzinfo) -> str:
    """What is new of a story, in a few lines."""
    shown = of_alert(told.alert, zone)
    title = plain(shorten([Segment(shown.title_text or "(tanpa judul)")], _TITLE_LIMIT))
    names = [other.site for other in told.fresh]
    more = f" dan {len(names) - _MOST_NAMED} lagi" if len(names) > _MOST_NAMED else ""
    lines = (
        f"Kini di {told.outlets} media: {title}",
        f"Baru: {', '.join(names[:_MOST_NAMED])}{more}" if names else None,
        shown.link,
        f"Watchlist: {', '.join(shown.watchlists)}" if shown.watchlists else None,
    )
    return "\n".join(filter(None, lines))
