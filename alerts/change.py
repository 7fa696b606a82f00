"""What became of an article that people were told of: as plain data, and in their words. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class ChangeKind(StrEnum):
    """One way in which a published article became another."""

    HEADLINE = "headline"
    VICTIMS = "victims"  # a number of people killed, hurt, missing or displaced
    WORDS_ENTERED = "words-entered"  # it meets a watchlist since it was changed
    WORDS_LEFT = "words-left"  # it meets a watchlist no more
    GONE = "gone"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One thing that changed: what stood there before and after, None where there is nothing to quote.

    `about` names of what: whom a number counts ("dead", "injured", "missing", "displaced", "victims"), how
    an article went ("not-found", "removed", "sent-home", "said-so", "elsewhere"); None of the others.
    `watchlist` is the one whose words came or went; None for what concerns every reader.
    """

    kind: ChangeKind
    about: str | None = None
    before: str | None = None
    after: str | None = None
    watchlist: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is told of an article anew; `mark` tells it from other changes of the same article."""

    mark: str
    lines: tuple[ChangeLine, ...]

    def for_watchlists(self, names: Collection[str]) -> Self:
        """What concerns those who are told of these watchlists only."""
        kept = (one for one in self.lines if one.watchlist is None or one.watchlist in names)
        return replace(self, lines=tuple(kept))

    def to_data(self) -> dict[str, Any]:
        """As JSON data; the inverse of from_data."""
        return {"mark": self.mark, "lines": [asdict(line) for line in self.lines]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError for what to_data did not write."""
        lines = ({**line, "kind": ChangeKind(line["kind"])} for line in data["lines"])
        return cls(mark=data["mark"], lines=tuple(ChangeLine(**line) for line in lines))


_COUNTED = {
    "dead": "korban tewas",
    "injured": "korban luka",
    "missing": "korban hilang",
    "displaced": "pengungsi",
    "victims": "korban",
}
_WENT = {
    "not-found": "Artikel hilang dari situs (404)",
    "removed": "Artikel dihapus penerbit (410)",
    "sent-home": "Artikel hilang: alamatnya dialihkan ke halaman depan",
    "said-so": "Artikel hilang: halamannya menyatakan tidak ada",
    "elsewhere": "Artikel hilang: alamatnya dialihkan ke artikel lain",
}


def title_of(change: Change) -> str:
    """What stands before the headline, so that nobody takes it for news: "Hilang", "Kembali", "Perubahan"."""
    kinds = {line.kind for line in change.lines}
    if ChangeKind.GONE in kinds:
        return "Hilang"
    return "Kembali" if ChangeKind.BACK in kinds else "Perubahan"


def sentence(line: ChangeLine) -> str:
    """A line in words, without a full stop."""
    before, after = line.before or "…", line.after or "…"
    match line.kind:
        case ChangeKind.HEADLINE:
            return f"Judul: “{before}” → “{after}”"
        case ChangeKind.VICTIMS:
            counted = _COUNTED.get(line.about or "", "korban")
            return f"Jumlah {counted}: {line.before or 'belum disebut'} → {after}"
        case ChangeKind.WORDS_ENTERED:
            return f"Kata pantauan {line.watchlist} masuk: {after}"
        case ChangeKind.WORDS_LEFT:
            return f"Kata pantauan {line.watchlist} hilang: {before}"
        case ChangeKind.GONE:
            return _WENT.get(line.about or "", "Artikel hilang dari situs")
        case ChangeKind.BACK:
            return "Artikel kembali ada di situs"
