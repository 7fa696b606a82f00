"""The syntax tree of a query: frozen nodes that print as a query with the same meaning.

`str(node)` is canonical: it reads back as an equal tree, whatever quotes, brackets and names of
operators the query was written with.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """One word, or several in a row; folded (core.text), at least one."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        text = " ".join(self.words)
        return text if len(self.words) == 1 else f'"{text}"'


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the parts."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " OR ".join(_bracketed(part, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts, anywhere in the article."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " AND ".join(_bracketed(part, And, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part is nowhere in the article."""

    part: Query

    def __str__(self) -> str:
        return f"NOT {_bracketed(self.part, And, Or)}"


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides in one field, in either order, with at most `distance` words between them."""

    distance: int
    left: NearSide
    right: NearSide

    def __str__(self) -> str:
        left, right = _bracketed(self.left, Or), _bracketed(self.right, Or)
        return f"{left} NEAR/{self.distance} {right}"


Query = Phrase | Near | Not | And | Or
NearSide = Phrase | Or
"""What NEAR takes on either side; the parts of an Or are then phrases or such Ors themselves."""


def _bracketed(node: Query, *kinds: type[And | Or]) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)
