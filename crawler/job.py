"""What the coordinator asks of a crawl worker and what it gets back: plain, versioned data.

`crawl(job) -> report` is the whole boundary between the two. A worker keeps nothing between jobs and
never sees the database, so that the same data can one day travel over a queue instead of a pipe.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from core.errors import SiagaError
from crawler.article import Article
from crawler.discovery.announcement import Announcement, SourceKind
from crawler.discovery.sources import Reason  # noqa: TC001  # _build reads the types at run time
from crawler.outcomes import Outcome  # noqa: TC001  # as above
from crawler.politeness.validators import Asking

VERSION = 1

T = TypeVar("T")


class JobVersionError(SiagaError):
    """A job or a report of another version than this program's."""

    def __init__(self, version: object) -> None:
        self.version = version
        super().__init__(
            f"a crawl job of version {version!r} cannot be read; this Siaga speaks {VERSION}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A robots.txt as it was read; `body` is None where everything is to be refused for now."""

    origin: str  # "https://host"
    body: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source of a site and how it was found the last time.

    `url` is what it is known by; where it has moved for good, `moved_to` is asked in its place. `index` is
    the sitemap index that named it, if one did.
    """

    url: str
    kind: SourceKind | None = None  # None: not looked at yet, its content will tell
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    moved_to: str | None = None
    index: str | None = None
    asking: Asking = Asking.CONDITIONALLY
    looked_at: datetime | None = None  # when it was asked last

    @property
    def address(self) -> str:
        """Where it is asked for."""
        return self.moved_to or self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Relook:
    """An article to look at again, by its number in the archive, with the validators of its page."""

    article: int
    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlJob:
    """One visit to one site.

    `known` holds the fingerprints (crawler.urls) of addresses not to be read now; `again` the pages whose
    next try is due whether or not a source lists them. `relooks` come after all of these, the most
    wanted first. `resting` names the sources that are left alone because they failed. `seconds` bounds the
    visit: when they are used up the worker reads no further page and reports `more`.
    """

    id: str
    site: str
    url: str
    home: str | None = None  # where the home page has moved for good
    timezone: str
    sources: tuple[SourceState, ...] = ()
    resting: tuple[str, ...] = ()
    discover: bool = False
    known: frozenset[str] = frozenset()
    again: tuple[Announcement, ...] = ()
    relooks: tuple[Relook, ...] = ()
    robots: tuple[Robots, ...] = ()
    user_agent: str
    delay: float = 1.0  # seconds between requests to one host
    timeout: float = 30.0  # seconds for one request
    max_pages: int = 100
    seconds: float = 300.0
    survey: bool = False  # find out what the site announces, and read nothing of it
    version: int = VERSION

    @property
    def idle(self) -> bool:
        """Whether there is nothing to ask for."""
        return not (self.sources or self.discover or self.again or self.survey)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request and what came of it."""

    url: str
    kind: str  # "home", "robots", "source", "page" or "relook"
    at: datetime
    outcome: Outcome
    status: int | None = None
    detail: str | None = None
    size: int | None = None  # bytes, after decompression
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A page that is to be read, told of before any page is: whatever ends the visit, it is remembered.

    `announced_by` names the sources that have listed it in this visit so far; `at` is when the last of
    them was asked.
    """

    announcement: Announcement
    announced_by: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """A page that a source announced, and the article that it gave, if it gave one.

    `announced_by` names the sources that listed it in this visit; empty for a page tried again.
    `relook` is the number of a known article that was looked at again. The validators are the page's, None
    where it gave none or is only a part of its article.
    """

    announcement: Announcement
    announced_by: tuple[str, ...]
    fetch: Fetch
    article: Article | None = None
    relook: int | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLook:
    """One look at one source: its new state, and what it listed that was known already.

    `listed` counts everything on it; `state` keeps the old validators when the look failed. `lied`: the
    server said "unchanged", or would have, although there was news.
    """

    state: SourceState
    fetch: Fetch
    found_by: str = "config"  # or "home", "robots", or the index that named it
    listed: int = 0
    listed_known: tuple[str, ...] = ()
    note: str | None = None
    lied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Whether a source that was found is needed, and why."""

    url: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a survey found at one address.

    `announcements` are the first of the `listed` ones, without their summaries. `found_by` is as in
    SourceLook, or "usual path", or "section". `fetch.outcome` says why there are none.
    """

    url: str
    kind: SourceKind | None
    found_by: str
    fetch: Fetch
    listed: int = 0
    announcements: tuple[Announcement, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """What a visit brought; a long one comes in several reports, of which only the last is `final`.

    What a source announced stands in one before those with its pages.
    Only a final report without `more` says that everything its sources announced has been dealt with,
    so only then may their new validators be kept. One that was `cut_short` tells what came, and nothing
    of how the site does: what it lacks was not come to, and what failed may have failed with our own end.
    """

    job: str
    site: str
    announced: tuple[Announced, ...] = ()
    pages: tuple[PageRead, ...] = ()
    findings: tuple[Finding, ...] = ()  # of a survey
    sources: tuple[SourceLook, ...] = ()
    resting: tuple[str, ...] = ()  # as in the job
    choices: tuple[Choice, ...] = ()  # of a visit that found sources and saw all of them
    url: str | None = None  # as in the job
    home: str | None = None  # as in the job, after this visit
    robots: tuple[Robots, ...] = ()
    fetches: tuple[Fetch, ...] = ()  # what is neither a page nor a source
    discovered: bool = False
    final: bool = False
    more: bool = False
    cut_short: bool = False  # by the end of its worker
    retry_after: float | None = None  # seconds that the site asks us to stay away
    pages_first: bool = False  # pages of earlier visits were read before any source was asked
    version: int = VERSION

    @property
    def asked_nothing(self) -> bool:
        """Whether no source or home page was asked for, for want of time or because they rest."""
        left = self.more or bool(self.resting)
        return left and not self.sources and all(one.kind == "robots" for one in self.fetches)


def to_data(value: object) -> Any:
    """Jobs, reports and what they hold as JSON data."""
    if isinstance(value, Article):
        return value.to_data()
    if is_dataclass(value):
        return {one.name: to_data(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | frozenset):
        return [to_data(item) for item in value]
    return value


def job_from_data(data: Any) -> CrawlJob:
    """Raises JobVersionError for another version's, KeyError, TypeError or ValueError for what is no job."""
    return _versioned(CrawlJob, data)


def report_from_data(data: Any) -> CrawlReport:
    """As job_from_data."""
    return _versioned(CrawlReport, data)


def announcement_from_data(data: Any) -> Announcement:
    """As job_from_data, for one announcement."""
    announcement: Announcement = _build(Announcement, data)
    return announcement


def source_from_data(data: Any) -> SourceState:
    """As job_from_data, for the state of one source."""
    state: SourceState = _build(SourceState, data)
    return state


def announced_from_data(data: Any) -> Announced:
    """As job_from_data, for one page that is to be read."""
    announced: Announced = _build(Announced, data)
    return announced


def page_from_data(data: Any) -> PageRead:
    """As job_from_data, for one page of a report."""
    page: PageRead = _build(PageRead, data)
    return page


def finding_from_data(data: Any) -> Finding:
    """As job_from_data, for one finding of a survey."""
    finding: Finding = _build(Finding, data)
    return finding


def _versioned(kind: type[T], data: Any) -> T:
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise JobVersionError(data.get("version") if isinstance(data, dict) else None)
    built: T = _build(kind, data)
    return built


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, data: Any) -> Any:
    if data is None:
        return None
    if kind is Article:
        return Article.from_data(data)
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]  # a class, not an instance
        return kind(**{one.name: _build(hints[one.name], data[one.name]) for one in fields(kind)})  # type: ignore[operator]  # a class, not an instance
    origin = get_origin(kind)
    if origin in (tuple, frozenset):
        return origin(_build(get_args(kind)[0], item) for item in data)
    options = [option for option in get_args(kind) if option is not type(None)]
    if options:
        return _build(options[0], data)
    if kind in (datetime, date):
        return kind.fromisoformat(data)
    return kind(data) if isinstance(kind, type) and issubclass(kind, Enum | float) else data
