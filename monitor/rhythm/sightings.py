"""What a look at a site tells of its rhythm: the news that its sources listed, taken together. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.outcomes import Outcome
from crawler.troubles import LOOKED
from monitor.rhythm.learning import Found

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.job import CrawlReport


def found_by(report: CrawlReport, first_listed: Sequence[datetime | None]) -> Found | None:
    """What a visit found; None where no source could be looked at, which says nothing of the site.

    `report` is the visit's last one. `first_listed` holds, for each page that was listed for the first
    time, when it was published, None where nothing says so. A source that had not changed shows that
    nothing went by unseen on it: that counts as one article known before.
    """
    looks = [look for look in report.sources if look.fetch.outcome in LOOKED]
    if not looks:
        return None
    unchanged = any(look.fetch.outcome is Outcome.UNCHANGED for look in looks)
    known = len({key for look in looks for key in look.listed_known}) + unchanged
    published = tuple(at for at in first_listed if at is not None)
    return Found(
        at=min(look.fetch.at for look in looks),
        published=published,
        undated=len(first_listed) - len(published),
        listed=known + len(first_listed),
        known=known,
    )


def together(first: Found | None, second: Found | None) -> Found | None:
    """What two visits in a row found of which the second read the pages that the first left over."""
    if first is None or second is None:
        return first or second
    return replace(
        first,
        published=first.published + second.published,
        undated=first.undated + second.undated,
        listed=(first.listed or 0) + len(second.published) + second.undated,
    )
