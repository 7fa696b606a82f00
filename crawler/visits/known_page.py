"""A page as it is remembered from its announcement on, and whether it is news. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.clock import to_text
from crawler.discovery.announcement import merged
from crawler.job import announcement_from_data, to_data

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.discovery.announcement import Announcement
    from crawler.job import Announced, PageRead


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPage:
    """An address that was announced before, and what became of it; with no `tries` it is still to be read.

    `announcement` is JSON, None once it is not to be tried again; so is `announced_by`, a list.
    """

    fingerprint: str
    site: str
    baseline: bool
    tries: int
    first_listed_at: str
    announcement: str | None
    announced_by: str | None
    article_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What a site has behind it: the sources past their baseline, and when one of them was last read."""

    baselined: frozenset[str]
    covered_until: datetime | None

    def is_news(self, page: Announced | PageRead) -> bool:
        """Whether a page not met before is news.

        A source past its baseline announced it, or it came out after one was last read: without that a
        source that replaces one that died would hide what came out in between.
        """
        if not self.baselined.isdisjoint(page.announced_by):
            return True
        published_at = page.announcement.published_at
        if self.covered_until is None or published_at is None:
            return False
        return published_at > self.covered_until


def first_sight(
    key: str, site: str, page: Announced | PageRead, behind: Behind, *, at: datetime
) -> KnownPage:
    """A page not met before `at`: part of the baseline unless it is news. `key` is its fingerprint."""
    return KnownPage(
        fingerprint=key,
        site=site,
        baseline=not behind.is_news(page),
        tries=0,
        first_listed_at=to_text(at),
        announcement=_as_json(page.announcement),
        announced_by=json.dumps(list(page.announced_by)),
        article_id=None,
    )


def listed_anew(known: KnownPage, page: Announced, behind: Behind) -> KnownPage:
    """A page that is still to be read, with what its sources say of it now.

    It becomes news when a source past its baseline lists it that did not list it before. One that did
    changes nothing: what its first look showed is no news, however late it is read.
    """
    before = json.loads(known.announced_by or "[]")
    further = [source for source in page.announced_by if source not in before]
    return replace(
        known,
        baseline=known.baseline and behind.baselined.isdisjoint(further),
        announcement=_as_json(_completed(known.announcement, page.announcement)),
        announced_by=json.dumps([*before, *further]),
    )


def _completed(known: str | None, said: Announcement) -> Announcement:
    return merged(announcement_from_data(json.loads(known)), said) if known else said


def _as_json(announcement: Announcement) -> str:
    return json.dumps(to_data(announcement), ensure_ascii=False)
