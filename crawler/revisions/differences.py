"""What was put into a text and what was taken out, word by word. Pure.

Paragraphs are aligned first and words only within what is left, so that a long text costs little.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_COMPARED = 1_000_000
"""Words of one side times words of the other: where there are more, the whole stretch was replaced."""
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_PARAGRAPH = re.compile(r"[^\n]+|\n+")


class Op(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text, as the one version or both write it."""

    op: Op
    text: str


def difference(old: str, new: str) -> tuple[Stretch, ...]:
    """How the new text came from the old one, in order; no two stretches of one kind stand side by side.

    The stretches that are not INSERTED make up the old text, those that are not DELETED the new one, to
    the last space. Within a change what was deleted stands first.
    """
    before, after = _PARAGRAPH.findall(old), _PARAGRAPH.findall(new)
    return tuple(_joined(_paragraph_stretches(before, after)))


def _paragraph_stretches(before: list[str], after: list[str]) -> Iterator[Stretch]:
    for op, old, new in _aligned(before, after):
        if op is Op.SAME:
            yield Stretch(op, "".join(old))
        else:
            yield from _word_stretches("".join(old), "".join(new))


def _word_stretches(old: str, new: str) -> Iterator[Stretch]:
    for op, before, after in _aligned(_TOKEN.findall(old), _TOKEN.findall(new)):
        if op is Op.SAME:
            yield Stretch(op, "".join(before))
        else:
            yield Stretch(Op.DELETED, "".join(before))
            yield Stretch(Op.INSERTED, "".join(after))


def _aligned(old: list[str], new: list[str]) -> Iterator[tuple[Op, Sequence[str], Sequence[str]]]:
    """The parts of two lists in order: (SAME, part, part), or (another, what went, what came)."""
    if len(old) * len(new) > MOST_COMPARED:
        yield Op.DELETED, old, new
        return
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, start, end, into, until in matcher.get_opcodes():
        yield Op.SAME if tag == "equal" else Op.DELETED, old[start:end], new[into:until]


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """The same with neighbours of one kind joined; a lone space between two changes belongs to both."""
    deleted, inserted = "", ""
    kept = [
        Stretch(op, "".join(one.text for one in run))
        for op, run in groupby((one for one in stretches if one.text), key=attrgetter("op"))
    ]
    for place, one in enumerate(kept):
        if one.op is Op.DELETED:
            deleted += one.text
        elif one.op is Op.INSERTED:
            inserted += one.text
        elif _only_joins(one, deleted or inserted, kept[place + 1 :]):
            deleted, inserted = deleted + one.text, inserted + one.text
        else:
            yield from _change(deleted, inserted)
            deleted, inserted = "", ""
            yield one
    yield from _change(deleted, inserted)


def _only_joins(one: Stretch, change: str, rest: Sequence[Stretch]) -> bool:
    """Whether what stayed is but a space in the midst of a change: "lima orang" for "tiga warga"."""
    return bool(change and rest) and one.text.isspace() and "\n" not in one.text


def _change(deleted: str, inserted: str) -> Iterator[Stretch]:
    if deleted:
        yield Stretch(Op.DELETED, deleted)
    if inserted:
        yield Stretch(Op.INSERTED, inserted)
