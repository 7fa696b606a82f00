"""A block: the run of text that a reader sees as one line or paragraph of a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of text that a reader sees as one line or paragraph; text is clean and not empty.

    `place` is the number of the block-level element that it stands in directly; `linked` counts its
    characters inside links, `strong` those at its beginning in bold; `marks` are the numbers of the
    elements around it that look like furniture (menus, captions, share bars, related links).
    `is_prose` is whether it is long enough for a paragraph and mostly unlinked.
    """

    text: str
    place: int
    tag: str
    linked: int
    strong: int
    marks: tuple[int, ...]
    is_prose: bool

    @property
    def link_share(self) -> float:
        return min(1.0, self.linked / len(self.text))
