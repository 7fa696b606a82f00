"""Whether a text that was read again is another one, and what in it changed. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from core.text import folded_words
from crawler.revisions.tolls import Toll, TollChange, changed_tolls
from crawler.revisions.trivia import lasting, lasting_words, without_passing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

HEAD = 4
"""The title and three paragraphs: where a text says what is new."""
_STUMP = 0.8
"""A beginning of the old text that is shorter than this share of it was cut by the page, not by people."""
_SHORT = 0.5
_NEW_IN_A_STUMP = 0.1
_SIGNIFICANT = 5  # letters of a word that is no particle
_SHARED_WITH_TITLE = 2
_WITHDRAWN = re.compile(
    r"\b(?:ralat|koreksi|dikoreksi|hak\s+jawab|mencabut|dicabut|menarik\s+(?:berita|artikel)|ditarik"
    r"|permintaan\s+maaf|(?:memohon|meminta|mohon)\s+maaf|correction|retract\w*)\b",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What changed from one revision to the next."""

    HEADLINE = "headline"
    TEXT = "text"
    VICTIMS = "victims"  # a number of people killed, hurt, missing or displaced


class Verdict(StrEnum):
    """What a text that was read again is."""

    SAME = "same"
    TRIVIAL = "trivial"  # only case, marks, spaces, counters, stamps or boilerplate differ
    REVISED = "revised"
    STUMP = (
        "stump"  # the beginning of the text alone: a wall, or a page that was not read to its end
    )
    DOUBTFUL = "doubtful"  # much shorter, and of something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A title and a text of paragraphs, both clean."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What came of comparing two versions; only of REVISED ones there are kinds and victims."""

    verdict: Verdict
    kinds: tuple[Kind, ...] = ()
    victims: tuple[TollChange, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """As JSON data; the inverse of from_data."""
        return {
            "kinds": [kind.value for kind in self.kinds],
            "victims": [
                {"toll": one.toll.value, "before": list(one.before), "after": list(one.after)}
                for one in self.victims
            ],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The change of a revision that was kept."""
        return cls(
            verdict=Verdict.REVISED,
            kinds=tuple(Kind(kind) for kind in data["kinds"]),
            victims=tuple(
                TollChange(
                    toll=Toll(one["toll"]), before=tuple(one["before"]), after=tuple(one["after"])
                )
                for one in data["victims"]
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What of a version lasts."""

    title: list[str]
    paragraphs: list[str]
    words: list[str]


def compare(old: Version, new: Version, *, furniture: Collection[str] = ()) -> Change:
    """What the new version is to the old one.

    `furniture` are paragraphs that the site puts under its articles; they do not count.
    """
    if old == new:
        return Change(verdict=Verdict.SAME)
    before, after = _said(old, furniture), _said(new, furniture)
    if before.title == after.title and before.words == after.words:
        return Change(verdict=Verdict.TRIVIAL)
    if _is_stump(before, after):
        return Change(verdict=Verdict.STUMP)
    if _is_doubtful(before, after):
        return Change(verdict=Verdict.DOUBTFUL)
    victims = changed_tolls(
        [old.title, *before.paragraphs], [new.title, *after.paragraphs], head=HEAD
    )
    kinds = {
        Kind.HEADLINE: before.title != after.title,
        Kind.TEXT: before.words != after.words,
        Kind.VICTIMS: bool(victims),
    }
    return Change(
        verdict=Verdict.REVISED,
        kinds=tuple(kind for kind, holds in kinds.items() if holds),
        victims=victims,
    )


def shared(old: Version, new: Version) -> float:
    """The share of the old text's words that the new one has, from 0 to 1."""
    before, after = folded_words(old.body), folded_words(new.body)
    return _common(before, after) / max(1, len(before))


def _said(version: Version, furniture: Collection[str]) -> _Said:
    paragraphs = lasting(version.body, furniture)
    return _Said(
        title=folded_words(without_passing(version.title)),
        paragraphs=paragraphs,
        words=lasting_words(paragraphs),
    )


def _is_stump(before: _Said, after: _Said) -> bool:
    """Whether the text ends early and says nothing else new.

    A teaser before a wall, or an article whose other pages could not be had, is the beginning of the
    text. Who shortens an article leaves its end, or writes something.
    """
    if before.title != after.title or len(after.words) >= _STUMP * len(before.words):
        return False
    new = len(after.words) - _common(before.words, after.words)
    ending = set(before.paragraphs[-1:]) & set(after.paragraphs)
    return not ending and new <= _NEW_IN_A_STUMP * len(after.words)


def _is_doubtful(before: _Said, after: _Said) -> bool:
    """Whether little is left that tells of what the article told.

    A notice in the place of the article ("Redaksi mencabut berita ini …") names what it is about.
    """
    if len(after.words) >= _SHORT * len(before.words):
        return False
    if _common(before.words, after.words) >= _SHORT * len(after.words):
        return False
    if any(map(_WITHDRAWN.search, after.paragraphs)):
        return False
    told = {word for word in before.title if len(word) >= _SIGNIFICANT}
    return len(told.intersection(after.words)) < min(_SHARED_WITH_TITLE, len(told) or 1)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two texts have in common, each as often as both have it."""
    return (Counter(one) & Counter(other)).total()
