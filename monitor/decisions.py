"""Whether a match is told to anyone, and if not, why. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from core.text import words
from crawler.intake import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.archive import StoredArticle


class Decision(StrEnum):
    """What is done about a match."""

    ALERT = "alert"
    REPEATED = "repeated"  # this watchlist was already told of this story
    NOBODY = "nobody"  # the watchlist notifies no channel
    TOO_FEW = "too-few"  # fewer publishers wrote it for themselves than min_independent asks
    MUTED = "muted"  # the watchlist is muted (mute_until)
    IMPORTED = "imported"
    SITE_BASELINE = "site-baseline"  # it was there when its site was first looked at
    WATCHLIST_BASELINE = "watchlist-baseline"  # it was there before the watchlist looked for it
    TOO_OLD = "too-old"  # published longer ago than crawl.max_age
    NEVER_TOLD = "never-told"  # of a change: this watchlist did not tell of the article
    UNWANTED = "unwanted"  # of a change: the watchlist wants none (revisions: false)
    UNREMARKABLE = "unremarkable"  # of a change: neither headline, numbers of victims nor its words


OF_CHANGES = frozenset({Decision.NEVER_TOLD, Decision.UNWANTED, Decision.UNREMARKABLE})
"""Reasons that only a change of an article has."""

SAID = {
    Decision.ALERT: "an alert was made",
    Decision.REPEATED: "this watchlist was already told of this story",
    Decision.NOBODY: "the watchlist notifies no channel (notify: [])",
    Decision.TOO_FEW: "too few publishers have written it for themselves (min_independent)",
    Decision.MUTED: "the watchlist was muted then (mute_until)",
    Decision.IMPORTED: "it was imported without --alert",
    Decision.SITE_BASELINE: "it was there when its site was first looked at",
    Decision.WATCHLIST_BASELINE: "it was there before the watchlist looked for it",
    Decision.TOO_OLD: "it was published longer ago than crawl.max_age",
    Decision.NEVER_TOLD: "this watchlist had not told of the article that changed",
    Decision.UNWANTED: "the watchlist wants to hear of no changes (revisions: false)",
    Decision.UNREMARKABLE: "the change concerned no headline, no number of victims and none of its words",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the config and the command line ask for; `heed_baseline` False is `--no-baseline`."""

    max_age: timedelta
    heed_baseline: bool = True


def decide(
    stored: StoredArticle,
    *,
    seq: int,
    start_seq: int,
    notifies: bool,
    told_before: bool,
    rules: Rules,
    now: datetime,
    enough_wrote_it: bool = True,
    mute_until: datetime | None = None,
    entered: bool = False,
) -> Decision:
    """What to do about an article that met a watchlist.

    `seq` is the article's place in the log, `start_seq` where the watchlist began; `told_before` says
    that the watchlist has alerted on this story; until `mute_until` it alerts on none. `entered`: the
    words came in with a change that was just seen, so that neither the article's age nor what was there at
    the site's first look holds them back.
    """
    if told_before:
        return Decision.REPEATED
    if not notifies:
        return Decision.NOBODY
    if mute_until is not None and now < mute_until:
        return Decision.MUTED
    if not enough_wrote_it:
        return Decision.TOO_FEW
    if stored.origin == Origin.IMPORT:
        return Decision.IMPORTED
    if stored.origin == Origin.IMPORT_ALERT or not rules.heed_baseline:
        return Decision.ALERT
    if stored.origin == Origin.BASELINE and not entered:
        return Decision.SITE_BASELINE
    if seq <= start_seq:
        return Decision.WATCHLIST_BASELINE
    if not entered and now - newest_publication(stored, now) > rules.max_age:
        return Decision.TOO_OLD
    return Decision.ALERT


def decide_change(
    *,
    told: bool,
    wanted: bool,
    remarkable: bool,
    notifies: bool,
    now: datetime,
    mute_until: datetime | None = None,
) -> Decision:
    """What to do about a change of an article that a watchlist met; `told`: it has alerted on the article.

    `remarkable` is whether the change holds anything that its readers would hear of.
    """
    if not told:
        return Decision.NEVER_TOLD
    if not wanted:
        return Decision.UNWANTED
    if not remarkable:
        return Decision.UNREMARKABLE
    if not notifies:
        return Decision.NOBODY
    if mute_until is not None and now < mute_until:
        return Decision.MUTED
    return Decision.ALERT


def withheld(decisions: Mapping[str, int]) -> str:
    """Why matches, counted by what was decided, were told to nobody."""
    told = (
        f"{count}: {SAID[Decision(why)]}"
        for why, count in decisions.items()
        if why != Decision.ALERT
    )
    return "; ".join(told)


def repeats(stored: StoredArticle, told: Iterable[tuple[str, str]]) -> bool:
    """Whether an article only repeats what was told of its story; `told` has (site, title) of those pieces.

    Another site's copy does. A second piece of one site under another headline may say something new,
    however alike the texts are: one alert too many is better than one that never came.
    """
    site, title = stored.article.site, words(stored.article.title).folded
    return any(site != other or title == words(headline).folded for other, headline in told)


def newest_publication(stored: StoredArticle, now: datetime) -> datetime:
    """The latest instant at which the article can have been published: `now` when nothing is known."""
    article = stored.article
    if article.published_at is not None:
        return article.published_at
    if article.published_on is not None:
        return datetime.combine(article.published_on, time.max, UTC)
    return now
