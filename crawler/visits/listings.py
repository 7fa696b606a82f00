"""What the sources of a visit listed, and which of them are needed for it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.discovery.announcement import Listing, SourceKind
from crawler.discovery.sources import Candidate, Look, Reason, choose
from crawler.job import Choice
from crawler.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.discovery.announcement import Announcement
    from crawler.job import Fetch, SourceState

EVIDENCE = 3
"""Articles that a source must share with those that are kept before it is taken for superfluous."""
_ANSWERED = frozenset({Outcome.READ, Outcome.UNCHANGED})


class Listings:
    """Gathers the looks of one visit. What the children of a sitemap index list, the index lists."""

    def __init__(self) -> None:
        self._looks: dict[str, tuple[SourceKind | None, Fetch]] = {}
        self._announced: dict[str, list[Announcement]] = {}
        self._parents: dict[str, str] = {}

    def add(self, state: SourceState, fetch: Fetch, found_by: str, listing: Listing | None) -> None:
        """A source was looked at; `listing` is None where it could not be read, or listed nothing itself."""
        self._looks[state.url] = (state.kind, fetch)
        if "://" in found_by:
            self._parents[state.url] = found_by
        listed = listing.announcements if listing is not None else ()
        self._announced.setdefault(self._root(state.url), []).extend(listed)

    def choices(self) -> tuple[Choice, ...]:
        """Which sources are needed, and why; none where nothing can be said."""
        at = max((fetch.at for _, fetch in self._looks.values()), default=None)
        if at is None:
            return ()
        candidates = {url: self._candidate(url) for url in self._roots()}
        judgements = choose(list(candidates.values()), now=at)
        kept = [candidates[one.url] for one in judgements if one.kept]
        if not kept:
            return ()
        return tuple(
            Choice(url=one.url, reason=_upheld(one.reason, candidates[one.url], kept))
            for one in judgements
        )

    def _roots(self) -> list[str]:
        return [url for url in self._looks if self._root(url) == url]

    def _candidate(self, url: str) -> Candidate:
        kind, fetch = self._looks[url]
        listing = Listing(announcements=tuple(self._announced.get(url, ())))
        read = listing if fetch.outcome in _ANSWERED else None
        return Candidate(
            url=url, kind=kind or SourceKind.FEED, looks=(Look(at=fetch.at, listing=read),)
        )

    def _root(self, url: str) -> str:
        """The index that led to an address, over however many steps."""
        for _ in self._parents:
            parent = self._parents.get(url)
            if parent is None or parent not in self._looks:
                break
            url = parent
        return url


def _upheld(reason: Reason, candidate: Candidate, kept: Sequence[Candidate]) -> Reason:
    """The reason, unless it passes a source over that was hardly seen to say the same as those kept.

    Of a slow source beside a busy one nothing may be recent enough to be compared.
    """
    if reason is not Reason.COVERED:
        return reason
    shared = candidate.items.keys() & {key for one in kept for key in one.items}
    return reason if len(shared) >= min(EVIDENCE, len(candidate.items)) else Reason.ADDS
