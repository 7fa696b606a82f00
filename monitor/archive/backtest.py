"""What watchlists as written now meet among stored articles, against what they met when these came. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.matching.matcher import Matcher
from monitor.matching.snippets import excerpt_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from monitor.matching.matcher import Watchlist
    from monitor.matching.snippets import Snippet

SAMPLES = 5
"""Articles of each kind that a watchlist shows with their words marked."""


class Subject(NamedTuple):
    """A stored article as it is matched; `on` its day, `seen_on` the day on which it came.

    `fields` are as Matcher.match takes them.
    """

    id: int
    url: str
    site: str
    fields: Mapping[str, str | Sequence[str]]
    on: date
    language: str | None
    seen_on: date


class Change(StrEnum):
    """What an article was to a watchlist and is now."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An article that meets a watchlist, or did; of one that does no more, no words are marked."""

    id: int
    url: str
    site: str
    day: date
    change: Change
    title: str
    snippet: Snippet

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        return {**asdict(self), "day": self.day.isoformat()}


@dataclass(slots=True, kw_only=True)
class Tally:
    """What one watchlist met: articles by change and day, and the newest of each change."""

    watchlist: str
    days: dict[Change, Counter[date]] = field(
        default_factory=lambda: {change: Counter() for change in Change}
    )
    samples: dict[Change, list[Sample]] = field(
        default_factory=lambda: {change: [] for change in Change}
    )

    def count(self, change: Change) -> int:
        """How many articles there are of a kind."""
        return self.days[change].total()

    @property
    def now(self) -> int:
        """How many articles it meets as written now."""
        return self.count(Change.KEPT) + self.count(Change.ADDED)

    @property
    def before(self) -> int:
        """How many it met when they came."""
        return self.count(Change.KEPT) + self.count(Change.REMOVED)

    def by_day(self) -> Counter[date]:
        """Articles that it meets as written now, by the day on which they came."""
        return self.days[Change.KEPT] + self.days[Change.ADDED]

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        every = sorted({day for counts in self.days.values() for day in counts})
        return {
            "watchlist": self.watchlist,
            "would_match": self.now,
            "did_match": self.before,
            "added": self.count(Change.ADDED),
            "removed": self.count(Change.REMOVED),
            "days": [
                {"day": day.isoformat(), **{one.value: self.days[one][day] for one in Change}}
                for day in every
            ],
            "samples": [one.to_data() for found in self.samples.values() for one in found],
        }


class Backtest:
    """Tries watchlists on articles, one after the other, the newest first."""

    def __init__(self, watchlists: Iterable[Watchlist]) -> None:
        self._watchlists = {one.name: one for one in watchlists}
        self._matcher = Matcher(self._watchlists.values())
        self.tallies = {name: Tally(watchlist=name) for name in self._watchlists}

    def read(self, subject: Subject, met_before: Collection[str]) -> None:
        """Try one article; `met_before` are the watchlists that it was recorded to meet."""
        now = self._matcher.names(
            subject.fields, subject.site, on=subject.on, language=subject.language
        )
        if not now and not met_before:
            return
        for name, change in _changes(now, met_before):
            tally = self.tallies.get(name)
            if tally is not None:
                tally.days[change][subject.seen_on] += 1
                if len(tally.samples[change]) < SAMPLES:
                    tally.samples[change].append(self._sample(name, change, subject))

    def _sample(self, watchlist: str, change: Change, subject: Subject) -> Sample:
        alone = Matcher([self._watchlists[watchlist]])
        matches = alone.match(
            subject.fields, subject.site, on=subject.on, language=subject.language
        )
        spans = [span for match in matches for span in match.spans]
        title, body = str(subject.fields["title"]), str(subject.fields["body"])
        return Sample(
            id=subject.id,
            url=subject.url,
            site=subject.site,
            day=subject.seen_on,
            change=change,
            title=title,
            snippet=excerpt_of(title, body, spans, length=160),
        )


def _changes(now: Collection[str], before: Collection[str]) -> Iterator[tuple[str, Change]]:
    for name in now:
        yield name, Change.KEPT if name in before else Change.ADDED
    for name in before:
        if name not in now:
            yield name, Change.REMOVED
