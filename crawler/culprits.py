"""What a crawl worker was reading when it hung or died, as its messages name it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.job import announcement_from_data, source_from_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.discovery.announcement import Announcement
    from crawler.job import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Culprit:
    """What a worker was reading when it hung or died: a page, a source, or else the home page."""

    url: str
    announcement: Announcement | None = None  # of a page
    announced_by: tuple[str, ...] = ()
    relook: int | None = None  # the known article that was being looked at again
    source: SourceState | None = None
    found_by: str = "config"  # of a source

    @property
    def is_home(self) -> bool:
        return self.announcement is None and self.source is None


def culprit_from(message: Mapping[str, Any]) -> Culprit:
    """The culprit that a worker's message "reading" names; raises as job_from_data."""
    page, source = message.get("page"), message.get("source")
    return Culprit(
        url=message["url"],
        announcement=announcement_from_data(page) if page else None,
        announced_by=tuple(message.get("sources", ())),
        relook=message.get("relook"),
        source=source_from_data(source) if source else None,
        found_by=message.get("found_by", "config"),
    )
