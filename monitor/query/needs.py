"""What an article must have for a query to be worth evaluating on it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from core.text import folded_words
from monitor.query.nodes import (
    Affixed,
    And,
    Count,
    Exact,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    Reference,
    Within,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.query.nodes import Query

MOST_COMBINED = 64
"""Alternatives that an AND of ORs is multiplied out to."""

Words = frozenset[Word]

_FREQUENT = """
ada adalah agar akan aku anak antara apa atas atau awal baca bagi bagian bahwa baik banyak
baru beberapa belum berita besar bisa bisnis buat bukan cara dalam dan dapat dari daerah data
dengan depan di dia dilakukan dua foto hal hanya hari harus hasil hingga hukum ia indonesia ini
itu jadi jakarta jalan jam jika juga juta kali kalau kami kamis karena kata ke kementerian
kembali kepada ketua kita kota lagi lain langsung lebih lewat luar maka masih masyarakat masuk
melakukan memiliki menjadi menurut mereka merupakan minggu nama namun negara oleh orang pada
para pemerintah penting per pertama pihak polisi presiden pukul rabu rumah rupiah saat saja
salah sama sampai sangat satu saya sebagai sebelum sebelumnya sebuah secara sejumlah sekitar
selama selasa seluruh semua senin seperti serta setelah siap suatu sudah tahun tak tanggal tapi
telah tempat terhadap terjadi terkait termasuk tersebut tetap tidak tiga tim untuk utama video
waktu warga wib yaitu yakni yang
"""
_EVERYDAY = frozenset(_FREQUENT.split())
"""Words that a good part of all news has."""


class Needs(NamedTuple):
    """Sets of words: wherever the query holds, all of one set occur. When `enough`, the reverse too.

    An empty set says nothing: the query may hold anywhere (`NOT a`, `/a/`).
    """

    alternatives: tuple[Words, ...]
    enough: bool


_ANYTHING = Needs((frozenset(),), enough=False)


def needs(query: Query) -> Needs:
    """What must occur for the query to hold; words with or without clitics, in whatever field."""
    match query:
        case Phrase():
            plain = len(query.words) == 1 and isinstance(query.words[0], str)
            return Needs((frozenset(query.words),), enough=plain and query.during is None)
        case Exact():
            return Needs((frozenset(folded_words(" ".join(query.words))),), enough=False)
        case Count() | Within():
            return Needs(needs(query.part).alternatives, enough=False)
        case Or():
            return _either(list(map(needs, query.parts)))
        case And():
            return _together(map(needs, query.parts))
        case Near():
            both = _together((needs(query.left), needs(query.right)))
            return Needs(both.alternatives, enough=False)
        case Not() | Pattern() | Reference():
            return _ANYTHING


def _either(parts: Sequence[Needs]) -> Needs:
    found = dict.fromkeys(words for part in parts for words in part.alternatives)
    return Needs(tuple(found), enough=all(part.enough for part in parts))


def _together(parts: Iterable[Needs]) -> Needs:
    """Multiplied out as far as it stays small; of what is too much, what all its alternatives share."""
    every = sorted(parts, key=_number)
    enough = all(part.enough for part in every)
    combined = [frozenset[Word]()]
    for part in every:
        others = part.alternatives
        if len(combined) * len(others) > MOST_COMBINED and any(combined):
            others, enough = (frozenset.intersection(*others),), False
        combined = [one | other for one in combined for other in others]
    return Needs(tuple(dict.fromkeys(combined)), enough=enough)


def _number(needed: Needs) -> int:
    return len(needed.alternatives)


def holds_in_nothing(query: Query) -> bool:
    """Whether a query holds in an article without any words, and so in almost every article."""
    match query:
        case Not():
            return not holds_in_nothing(query.part)
        case Or():
            return any(map(holds_in_nothing, query.parts))
        case And():
            return all(map(holds_in_nothing, query.parts))
        case Within():
            return holds_in_nothing(query.part)
        case _:
            return False


def rarity(word: Word) -> float:
    """A guess at the share of articles that have a word, to choose by: longer words are rarer."""
    match word:
        case Prefix():
            return 2 / len(word.letters) ** 2
        case Affixed():
            return 2 / len(word.root) ** 2
        case _:
            return 1.0 if word in _EVERYDAY else 1 / len(word) ** 2
