"""The syntax tree of a query: frozen nodes that print as a query with the same meaning.

`str(node)` is canonical: it reads back as an equal tree, whatever quotes, brackets and names of
operators the query was written with. (A phrase that an alias brought in prints without the time
for which it holds: no term can say that.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins with these letters (folded)."""

    letters: str

    def __str__(self) -> str:
        return f"{self.letters}*"


@dataclass(frozen=True, slots=True)
class Affixed:
    """Any form of this root (folded): monitor.query.affixes."""

    root: str

    def __str__(self) -> str:
        return f"~{self.root}"


Word = str | Prefix | Affixed
"""A place in a phrase; a str is a folded word that stands for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days from `since` to `until`, both included; None leaves a side open."""

    since: date | None = None
    until: date | None = None

    def holds(self, on: date | None) -> bool:
        """Whether a day lies in it; an unknown day does: a match missed is worse than one too many."""
        if on is None:
            return True
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One word, or several in a row, at least one; only in articles of the days `during`."""

    words: tuple[Word, ...]
    during: Window | None = None

    def __str__(self) -> str:
        text = " ".join(map(str, self.words))
        plain = all(isinstance(word, str) for word in self.words)
        return f'"{text}"' if plain and len(self.words) > 1 else text


@dataclass(frozen=True, slots=True)
class Exact:
    """One word, or several in a row, in exactly this case (core.text.cased_words)."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return f'"{" ".join(self.words)}"c'


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of RE2, on the text as written; blind to case unless `exact_case`."""

    expression: str
    exact_case: bool = False

    def __str__(self) -> str:
        return f"/{self.expression}/{'c' if self.exact_case else ''}"


@dataclass(frozen=True, slots=True)
class Reference:
    """Another watchlist, by name; replaced by what that one looks for before anything is matched."""

    name: str

    def __str__(self) -> str:
        return f"@{self.name}"


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
    """Both sides in one field with at most `distance` words between them.

    In either order, or, when `ordered`, the left one first.
    """

    distance: int
    left: NearSide
    right: NearSide
    ordered: bool = False

    def __str__(self) -> str:
        left, right = _bracketed(self.left, Or), _bracketed(self.right, Or)
        return f"{left} {'O' if self.ordered else ''}NEAR/{self.distance} {right}"


@dataclass(frozen=True, slots=True)
class Count:
    """At least `low` mentions and at most `high` (None: any number), no word counted twice."""

    low: int
    high: int | None
    part: Counted

    def __str__(self) -> str:
        high = "" if self.high is None else self.high
        times = str(self.low) if self.low == self.high else f"{self.low},{high}"
        return f"{_bracketed(self.part, Or)}{{{times}}}"


@dataclass(frozen=True, slots=True)
class Within:
    """The part, looked for in these fields only, whatever fields the watchlist names.

    Of several round one another the innermost counts.
    """

    fields: tuple[str, ...]
    part: Query

    def __str__(self) -> str:
        return f"{'+'.join(self.fields)}:{_bracketed(self.part, And, Or, Near, Not, Within)}"


Query = Phrase | Exact | Pattern | Near | Count | Within | Reference | Not | And | Or
NearSide = Phrase | Exact | Or
"""What NEAR takes on either side; the parts of an Or are then such sides themselves."""
Counted = Phrase | Exact | Pattern | Or
"""What can be counted; the parts of an Or are then countable themselves."""


def _bracketed(node: Query, *kinds: type[Query]) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)
