"""What becomes of a source after a visit that saw all of a site's: looked at, or kept in reserve. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.discovery.sources import Reason

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.job import Choice
    from crawler.visits.known_source import KnownSource

REPLACED_AFTER = timedelta(days=1)
"""A source that is needed is not replaced for failing less long: it may just be down."""


def standing_for(choice: Choice, known: KnownSource, now: datetime) -> Reason | None:
    """The standing that a source gets; None where it keeps the one that it has."""
    if choice.reason is not Reason.FAILED or not known.kept:
        return choice.reason
    if known.trouble is not None and now - known.trouble.since >= REPLACED_AFTER:
        return choice.reason
    return None
