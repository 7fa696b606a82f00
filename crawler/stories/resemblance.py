"""Whether two pieces are one story: copies join, what shares words but not facts is kept apart. Pure.

The thresholds were found on labelled pairs of real articles; `bench/duplicates.py` shows what they do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from crawler.stories.shingles import Fingerprint

SHORTEST = 20
"""Shingles below which only the very same text is a copy."""
WINDOW = timedelta(days=3)
ANOTHER_DAY = timedelta(hours=18)
"""Pieces that are less apart are of one day: a copy of the evening may be dated the next morning."""
COVERED = 0.9
LOOKALIKES = 2
"""Pieces of one house that resemble each other but differ in their facts: so many show a template."""
_NUMBERS_ENOUGH = 3
_NUMBERS_SHARED = 0.7
_ALL = 0.98
_TITLES_SHARED = 0.34
_NEARLY_SAME = 0.9
_BORNE_OUT = 0.3
_HEADLINE_TOLD = 0.95
_EVERY_HASH = 2**32


class Verdict(StrEnum):
    """How a piece stands to another one, and why."""

    SAME_TEXT = "same-text"
    COPY = "copy"
    EXCERPT = "excerpt"  # one holds most of the other
    OTHER_TEXT = "other-text"
    TOO_SHORT = "too-short"  # too short to tell a copy from a phrase
    NUMBERS_DIFFER = "numbers-differ"
    TITLES_DIFFER = "titles-differ"  # one text under two headlines in one house
    ANOTHER_SUBJECT = "another-subject"  # what one headline tells, only its own text says
    DATES_DIFFER = "dates-differ"  # each is about its own day
    OUTSIDE_WINDOW = "outside-window"
    TEMPLATE = "template"  # the house fills a form: what is the same says nothing

    @property
    def joins(self) -> bool:
        return self in _JOINING


_JOINING = frozenset({Verdict.SAME_TEXT, Verdict.COPY, Verdict.EXCERPT})
_NOT_APART = _JOINING | {Verdict.OTHER_TEXT}
_FACTS_DIFFER = frozenset(
    {
        Verdict.NUMBERS_DIFFER,
        Verdict.ANOTHER_SUBJECT,
        Verdict.DATES_DIFFER,
        Verdict.OUTSIDE_WINDOW,
        Verdict.TEMPLATE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An article as it is compared. `at` is when it was published, None where nobody knows."""

    article: int
    story: int
    site: str
    host: str
    at: datetime | None
    print: Fingerprint
    template: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """What two texts share: of both together, of the smaller one, and of the first one."""

    jaccard: float
    containment: float
    covered: float

    @property
    def is_kin(self) -> bool:
        """Whether so much is shared that one text is likely made from the other.

        The smaller the excerpt, the more of it must stand in the other: a quotation is no copy.
        """
        enough = 0.6 if self.jaccard >= 0.25 else 0.7
        return self.jaccard >= 0.35 or self.containment >= enough

    @property
    def is_loosely_kin(self) -> bool:
        return self.jaccard >= 0.2 or self.containment >= 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The story of a piece, and what decided it.

    `story` is the piece's own number where it begins one. `nearest` is the article that it was compared
    with, and `verdict` what came of that; `covered` is the share of the piece that stands in it. Stories
    `merged` are the same as `story` after all.
    """

    story: int
    nearest: int | None = None
    verdict: Verdict = Verdict.OTHER_TEXT
    covered: float = 0.0
    merged: tuple[int, ...] = ()
    template: bool = False


def resemblance(one: Fingerprint, other: Fingerprint) -> Resemblance:
    """What two texts share, exact for short ones and estimated from their smallest hashes for others."""
    reach = min(_reach(one), _reach(other))
    mine = {each for each in one.sketch if each <= reach}
    theirs = {each for each in other.sketch if each <= reach}
    shared = len(mine & theirs)
    if not shared:
        return Resemblance(jaccard=0.0, containment=0.0, covered=0.0)
    return Resemblance(
        jaccard=shared / len(mine | theirs),
        containment=shared / min(len(mine), len(theirs)),
        covered=shared / len(mine),
    )


def _reach(fingerprint: Fingerprint) -> int:
    """Up to where a sketch holds every hash of its text."""
    whole = fingerprint.size <= len(fingerprint.sketch)
    return _EVERY_HASH if whole else fingerprint.sketch[-1]


def compare(one: Piece, other: Piece, *, loosely: bool = False) -> tuple[Verdict, Resemblance]:
    """How a piece stands to another one; `loosely`, where something else says already that they are kin."""
    shared = resemblance(one.print, other.print)
    house = _one_house(one, other)
    if min(one.print.size, other.print.size) < SHORTEST:
        return _compare_short(one, other, shared), shared
    if not (shared.is_loosely_kin if loosely else shared.is_kin):
        return Verdict.OTHER_TEXT, shared
    return _guarded(one, other, shared, house=house, loosely=loosely), shared


def _one_house(one: Piece, other: Piece) -> bool:
    return one.site == other.site or one.host == other.host


def _compare_short(one: Piece, other: Piece, shared: Resemblance) -> Verdict:
    if shared.jaccard < 1 or one.print.numbers != other.print.numbers:
        return Verdict.TOO_SHORT if shared.jaccard else Verdict.OTHER_TEXT
    if not _titles_agree(one.print, other.print):
        return Verdict.TITLES_DIFFER
    return Verdict.OUTSIDE_WINDOW if _outside_window(one, other) else Verdict.SAME_TEXT


def _guarded(
    one: Piece, other: Piece, shared: Resemblance, *, house: bool, loosely: bool
) -> Verdict:
    """The verdict on two texts that resemble each other."""
    if _numbers_differ(one, other, shared) or (house and _headline_numbers_differ(one, other)):
        return Verdict.NUMBERS_DIFFER
    if _dates_differ(one, other):
        return Verdict.DATES_DIFFER
    if _outside_window(one, other):
        return Verdict.OUTSIDE_WINDOW
    if house and not loosely:
        if not (_titles_agree(one.print, other.print) or _both_borne_out(one, other, shared)):
            return Verdict.TITLES_DIFFER
        # A house uses the same background and the same forms again and again.
        if shared.jaccard < 0.7 and not _tell_the_same(one.print, other.print):
            return Verdict.ANOTHER_SUBJECT
    if (one.template or other.template) and not _same_filling(one, other):
        return Verdict.TEMPLATE
    if shared.jaccard == 1:
        return Verdict.SAME_TEXT
    return Verdict.COPY if shared.jaccard >= 0.35 else Verdict.EXCERPT


def _numbers_shared(one: Fingerprint, other: Fingerprint) -> float:
    fewest = min(len(one.numbers), len(other.numbers))
    return len(one.numbers & other.numbers) / fewest if fewest else 1.0


def _numbers_differ(one: Piece, other: Piece, shared: Resemblance) -> bool:
    """Whether the numbers of the smaller set are not the other's too.

    Where most of the text is the same on another day, every number must be: one that differs is the news.
    """
    share = _numbers_shared(one.print, other.print)
    if shared.jaccard >= 0.5 and _on_another_day(one, other):
        return share < _ALL
    few = min(len(one.print.numbers), len(other.print.numbers)) < _NUMBERS_ENOUGH
    return not few and share < _NUMBERS_SHARED


def _headline_numbers_differ(one: Piece, other: Piece) -> bool:
    mine, theirs = _with_digits(one.print.title), _with_digits(other.print.title)
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _with_digits(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(map(str.isdigit, word)))


def _dates_differ(one: Piece, other: Piece) -> bool:
    """Whether the leads name other dates, on other days."""
    mine, theirs = one.print.dates, other.print.dates
    return bool(mine and theirs and mine.isdisjoint(theirs)) and _on_another_day(one, other)


def _on_another_day(one: Piece, other: Piece) -> bool:
    return one.at is None or other.at is None or abs(one.at - other.at) > ANOTHER_DAY


def _outside_window(one: Piece, other: Piece) -> bool:
    return one.at is not None and other.at is not None and abs(one.at - other.at) > WINDOW


def _titles_agree(one: Fingerprint, other: Fingerprint) -> bool:
    fewest = min(len(one.title), len(other.title))
    return not fewest or len(one.title & other.title) / fewest >= _TITLES_SHARED


def _both_borne_out(one: Piece, other: Piece, shared: Resemblance) -> bool:
    """Whether one text under two headlines says what both of them do, so that it was read rightly."""
    said = min(one.print.borne_out, other.print.borne_out)
    return shared.jaccard >= _NEARLY_SAME and said >= _BORNE_OUT


def _tell_the_same(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether each text says the other's headline, as far as that is in its own text."""
    return min(one.tells(other.said), other.tells(one.said)) >= _HEADLINE_TOLD


def _same_filling(one: Piece, other: Piece) -> bool:
    """Whether two forms were filled in with the same facts on the same day."""
    numbers = min(len(one.print.numbers), len(other.print.numbers))
    same = numbers >= _NUMBERS_ENOUGH and _numbers_shared(one.print, other.print) == 1
    return same and not _on_another_day(one, other) and _tell_the_same(one.print, other.print)


def assign(new: Piece, found: Sequence[Piece]) -> Assignment:
    """The story of a new piece, given stored pieces that share words with it, and their representatives.

    It joins the story of the piece that it resembles most, if it resembles that story's representative
    (the article whose number the story bears) at least loosely: chains do not grow.
    """
    compared = [_Compared(other, *compare(new, other)) for other in found]
    if not new.template and sum(one.is_lookalike_of(new) for one in compared) >= LOOKALIKES:
        return assign(replace(new, template=True), found)
    representatives = {other.article: other for other in found if other.article == other.story}
    kin = [one for one in compared if one.joins(new, representatives)]
    nearest = max(kin or compared, key=_Compared.rank, default=None)
    if nearest is None:
        return Assignment(story=new.article, template=new.template)
    decided = Assignment(
        story=new.article,
        nearest=nearest.piece.article,
        verdict=nearest.verdict,
        covered=nearest.shared.covered,
        template=new.template,
    )
    if not kin:
        # Kin of a member, but not of what its story is about.
        return replace(decided, verdict=Verdict.OTHER_TEXT) if nearest.verdict.joins else decided
    story, *others = _bridged(nearest.piece.story, kin, representatives)
    return replace(decided, story=story, merged=tuple(others))


def reassign(new: Piece, story: int, found: Sequence[Piece]) -> Assignment:
    """The story of a piece whose text changed, and which stood in `story` until now.

    One that began its story takes it along to where it belongs now; one that joined another's stays.
    """
    decided = assign(new, found)
    if story != new.article:
        return replace(decided, story=story, merged=())
    first, *others = sorted({story, decided.story, *decided.merged})
    return replace(decided, story=first, merged=tuple(others))


@dataclass(frozen=True, slots=True)
class _Compared:
    """A stored piece, and how the new one stands to it."""

    piece: Piece
    verdict: Verdict
    shared: Resemblance

    def rank(self) -> tuple[bool, float, float, int]:
        """The nearest is the one that shares most; of equals, the first."""
        nearness = self.shared.jaccard, self.shared.containment
        return (self.verdict.joins, *nearness, -self.piece.article)

    def is_lookalike_of(self, new: Piece) -> bool:
        alike = self.shared.jaccard >= 0.5 and _one_house(new, self.piece)
        return alike and self.verdict in _FACTS_DIFFER

    def joins(self, new: Piece, representatives: Mapping[int, Piece]) -> bool:
        if not self.verdict.joins:
            return False
        representative = representatives.get(self.piece.story)
        if representative is None or representative is self.piece:
            return representative is not None
        return compare(new, representative, loosely=True)[0].joins


def _bridged(
    story: int, kin: Iterable[_Compared], representatives: Mapping[int, Piece]
) -> list[int]:
    """The stories that a new piece shows to be one with `story`, the earliest first.

    Only stories whose own first piece the new one resembles, and which nothing but too little common
    text kept apart.
    """
    mine = representatives[story]
    others = {
        one.piece.story
        for one in kin
        if one.piece.article == one.piece.story != story
        and compare(one.piece, mine)[0] in _NOT_APART
        and compare(one.piece, mine, loosely=True)[0].joins
    }
    return sorted({story, *others})
