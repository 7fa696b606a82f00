"""The steps of a visit: what is fetched next, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.discovery.announcement import Announcement, moment_of
from crawler.job import PageRead

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.job import Fetch, Relook, SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtHome:
    """Fetch the home page, to find the site's sources."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtSource:
    """Fetch a source, conditionally where its last state allows.

    `proof`: only to see whether the server still calls unchanged what has changed.
    """

    state: SourceState
    found_by: str
    proof: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """Fetch a page that was announced; or, with `relook`, that of a known article, conditionally."""

    announcement: Announcement
    announced_by: tuple[str, ...]
    relook: Relook | None = None


Step = LookAtHome | LookAtSource | ReadPage


def look_again(relook: Relook) -> ReadPage:
    """The step that looks at a known article."""
    return ReadPage(announcement=Announcement(url=relook.url), announced_by=(), relook=relook)


def address_of(step: Step) -> str:
    """What a step fetches."""
    match step:
        case LookAtHome(url=url):
            return url
        case LookAtSource(state=state):
            return state.url
        case ReadPage(announcement=announcement):
            return announcement.url


def kind_of(step: Step) -> str:
    """What a step's fetch is called in the records."""
    match step:
        case LookAtHome():
            return "home"
        case LookAtSource():
            return "source"
        case ReadPage(relook=relook):
            return "page" if relook is None else "relook"


def is_unread(step: Step | None) -> bool:
    """Whether a step that was not finished leaves something undone."""
    match step:
        case None | LookAtSource(proof=True):
            return False
        case ReadPage(relook=relook):
            return relook is None
        case _:
            return True


def moment_of_page(page: ReadPage) -> datetime:
    """When the page of a step was published, as far as is known."""
    return moment_of(page.announcement)


def page_read(step: ReadPage, fetch: Fetch) -> PageRead:
    """What came of reading a page; it has no article yet."""
    return PageRead(
        announcement=step.announcement,
        announced_by=step.announced_by,
        fetch=fetch,
        relook=step.relook.article if step.relook else None,
    )
