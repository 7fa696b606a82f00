"""Names that a term also meets: "Astana" meets Astana Anyar too. Mined from the neighbours of past hits.

A longer name is another thing than the term where the articles that have it have the term nowhere
else: an article about the Astana Anyar police never says Astana alone, one about Astana does. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.text import folded_words, words
from monitor.query.nodes import And, Near, Not, Or, Phrase, Within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from core.text import Words
    from monitor.query.nodes import Query

FEWEST = 3
"""Articles that must have the longer name before it is told."""
LARGEST_SHARE = 0.7
"""Of all hits: a longer name in more of them is what the term is after."""
ALONE = 0.8
"""The share of its articles in which the term stands nowhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Homograph:
    """A longer name that a term also meets.

    `name` is as written; `articles` have it, of `hits` that have the term; `only` of them have the
    term nowhere else: these NOT would rightly remove. The others it would cost.
    """

    term: str
    name: str
    hits: int
    articles: int
    only: int

    @property
    def words(self) -> tuple[str, ...]:
        """The longer name, folded."""
        return tuple(folded_words(self.name))

    @property
    def lost(self) -> int:
        """Articles that NOT would remove although they have the term by itself too."""
        return self.articles - self.only

    def __str__(self) -> str:
        costs = (
            f"and loses {self.lost} that also {_have(self.lost)} it alone"
            if self.lost
            else ("and loses nothing else")
        )
        return (
            f"{self.term!r} also meets {self.name}, in {self.articles} of {self.hits} articles: "
            f'NOT "{self.name}" removes {self.only} {costs}'
        )


def single_words(query: Query) -> frozenset[str]:
    """The plain one-word terms that a query looks for."""
    match query:
        case Phrase(words=(str(word),)):
            return frozenset((word,))
        case And() | Or():
            return frozenset().union(*map(single_words, query.parts))
        case Near():
            return single_words(query.left) | single_words(query.right)
        case Within():
            return single_words(query.part)
        case _:
            return frozenset()


def kept_out(query: Query) -> frozenset[tuple[object, ...]]:
    """The phrases that a query keeps out already."""
    match query:
        case Not(part=Phrase() as phrase):
            return frozenset((phrase.words,))
        case Not(part=Or(parts=parts)) | And(parts=parts) | Or(parts=parts):
            inner = (Not(part) for part in parts) if isinstance(query, Not) else parts
            return frozenset().union(*map(kept_out, inner))
        case Within():
            return kept_out(query.part)
        case _:
            return frozenset()


def homographs(term: str, articles: Iterable[Sequence[str]]) -> list[Homograph]:
    """The longer names that a folded word met in the texts of past hits, the most frequent first.

    Each article is a list of texts (title, body). Only names count: both words with a capital.
    """
    hits = 0
    having: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    written: dict[tuple[str, ...], str] = {}
    for texts in articles:
        stands = [found for text in texts for found in _names_round(term, text)]
        if not stands:
            continue
        hits += 1
        for key in {key for found in stands for key in found}:
            having[key].append(all(key in found for found in stands))
        for found in stands:
            for key, name in found.items():
                written.setdefault(key, name)
    rows = [
        Homograph(term=term, name=written[key], hits=hits, articles=len(one), only=sum(one))
        for key, one in having.items()
    ]
    return sorted(filter(_is_another, rows), key=lambda row: (-row.articles, row.name))


def _is_another(row: Homograph) -> bool:
    return (
        row.articles >= FEWEST
        and row.only >= ALONE * row.articles
        and row.articles <= LARGEST_SHARE * row.hits
    )


def _names_round(term: str, text: str) -> Iterator[Mapping[tuple[str, ...], str]]:
    """For each place of the term in a text: the names of two words that it is part of, as written."""
    found = words(text)
    for index, word in enumerate(found.folded):
        if word == term:
            pairs = (_pair(text, found, index - 1), _pair(text, found, index))
            yield dict(pair for pair in pairs if pair is not None)


def _pair(text: str, found: Words, first: int) -> tuple[tuple[str, ...], str] | None:
    """Two words in a row with a space between them and a capital each; None where there are none."""
    if not 0 <= first < len(found.folded) - 1:
        return None
    start, end = found.starts[first], found.ends[first + 1]
    between = text[found.ends[first] : found.starts[first + 1]]
    if between != " " or not (text[start].isupper() and text[found.starts[first + 1]].isupper()):
        return None
    return found.folded[first : first + 2], text[start:end]


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
