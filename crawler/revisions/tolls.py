"""How many people a text says were killed, hurt, lost or driven out. Pure.

A number belongs to a word of harm when both stand in one clause, few words apart, and it counts
people. Made for seeing that a number changed, not for knowing what is true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from core.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Toll(StrEnum):
    """What befell those who are counted."""

    DEAD = "dead"
    INJURED = "injured"
    MISSING = "missing"
    DISPLACED = "displaced"
    VICTIMS = "victims"  # of what, the clause does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class TollChange:
    """A number of people that is another one now; an empty side is a text that named none."""

    toll: Toll
    before: tuple[int, ...]
    after: tuple[int, ...]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HARM = {
    Toll.DEAD: (
        "tewas meninggal menewaskan tewaskan wafat gugur terbunuh dibunuh membunuh merenggut nyawa"
    ),
    Toll.INJURED: "luka terluka dilukai melukai cedera mencederai",
    Toll.MISSING: "hilang",
    Toll.DISPLACED: "mengungsi pengungsi diungsikan dievakuasi",
    Toll.VICTIMS: "korban",
}
_TOLL_OF = {word: toll for toll, words in _HARM.items() for word in words.split()}
_PEOPLE = _words(
    "orang warga jiwa korban penumpang anak bocah balita bayi siswa siswi pelajar santri mahasiswa"
    " pekerja buruh petani nelayan polisi tentara prajurit personel anggota wisatawan turis pendaki"
    " pengendara pemotor sopir kru awak jemaah jamaah pasien penduduk jasad jenazah mayat"
    " perempuan wanita pria lelaki mahasiswi remaja lansia guru pengungsi tahanan demonstran penonton"
    " suporter kk"
)
_COUNTS_OTHERS = _words(
    "persen kilometer km meter m cm tahun bulan pekan minggu hari jam menit detik rumah unit ton kg hektare"
    " juta miliar triliun rupiah derajat mobil motor truk bus kendaraan ekor desa kecamatan kabupaten kota"
    " kelurahan titik tenda posko bangunan sekolah masjid gedung kapal perahu rt rw magnitudo sr knot kali"
    " januari februari maret april mei juni juli agustus september oktober november desember"
)
_REACHED = _words("menjadi jadi mencapai capai sebanyak sejumlah")
"""Between a word of harm and a number these say that it counts people."""
_BEFORE_OTHERS = _words("dari pukul jam tanggal tahun rp usia berusia pasal nomor no km rt rw")
_UNITS = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "sepuluh": 10, "sebelas": 11, "seorang": 1,
}  # fmt: skip
_SCALES = {"puluh": 10, "ratus": 100, "ribu": 1000}
_ONE_OF_SCALE = {"seratus": 100, "seribu": 1000}
_NUMBER_WORDS = frozenset((*_UNITS, "belas", *_SCALES, *_ONE_OF_SCALE))
_TOKEN = re.compile(r"\d[\d.,:/-]*\d|\d|\w+|[.!?;,()\n–—]")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3}){1,2}|\d{1,6}")
_CLAUSE_ENDS = frozenset(".!?;,()\n–—") | {"sementara", "sedangkan", "serta", "dan"}
_LONGEST = 60_000  # characters; what is longer is no report of an accident
_REACH = 5
"""Words between a number and the word of harm at most: "lima orang di antaranya dilaporkan tewas"."""


@dataclass(frozen=True, slots=True)
class _Number:
    """A number at a place of a clause; `people` is whether what it counts is named, and is people."""

    value: int
    start: int
    end: int
    people: bool


def tolls(text: str) -> dict[Toll, frozenset[int]]:
    """The numbers of people that a text names, by what befell them; only what it names is a key."""
    found: dict[Toll, set[int]] = {}
    for clause in _clauses(_TOKEN.findall(fold(text[:_LONGEST]))):
        for toll, number in _counted(clause):
            found.setdefault(toll, set()).add(number)
    return {toll: frozenset(numbers) for toll, numbers in found.items()}


def changed_tolls(old: Sequence[str], new: Sequence[str], *, head: int) -> tuple[TollChange, ...]:
    """The numbers of people that are others in the new text; both are given in parts, the title first.

    A number is another one where one went and one came, and also where one came among the first
    `head` parts: there a text says what is new, further down it may tell of the past.
    """
    before, after = tolls("\n".join(old)), tolls("\n".join(new))
    first, first_before = tolls("\n".join(new[:head])), tolls("\n".join(old[:head]))
    changes = []
    for toll in Toll:
        had, has = before.get(toll, frozenset()), after.get(toll, frozenset())
        went, came = had - has, has - had
        told = came if went else came & first.get(toll, frozenset())
        if told:
            replaced = went or first_before.get(toll, frozenset())
            changes.append(TollChange(toll=toll, before=_sorted(replaced), after=_sorted(told)))
    return tuple(changes)


def _sorted(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(numbers))


def _clauses(tokens: Iterable[str]) -> Iterator[list[str]]:
    clause: list[str] = []
    for token in tokens:
        if token in _CLAUSE_ENDS:
            yield clause
            clause = []
        else:
            clause.append(token)
    yield clause


def _counted(clause: Sequence[str]) -> Iterator[tuple[Toll, int]]:
    """What a clause says of each number of people in it."""
    for number in _numbers(clause):
        reached = list(_harms_near(clause, number))
        if not reached or not (number.people or min(reached)[0] == 0):
            continue
        # "Korban" names nobody's fate where another word does: "korban tewas 5 orang".
        named = [one for one in reached if one[1] is not Toll.VICTIMS] or reached
        yield min(named)[1], number.value


def _harms_near(clause: Sequence[str], number: _Number) -> Iterator[tuple[int, Toll]]:
    """The words of harm within reach of a number, each with how far it is."""
    first, last = max(0, number.start - _REACH - 1), number.end + _REACH
    for place in range(first, min(len(clause), last + 1)):
        if clause[place] in _TOLL_OF:
            yield _distance(number, place), _toll_at(clause, place)


def _toll_at(clause: Sequence[str], place: int) -> Toll:
    """What a word of harm stands for: "korban jiwa" are the dead."""
    lives = clause[place] == "korban" and clause[place + 1 : place + 2] == ["jiwa"]
    return Toll.DEAD if lives else _TOLL_OF[clause[place]]


def _distance(number: _Number, place: int) -> int:
    """The words between a number and a place of its clause."""
    return number.start - place - 1 if place < number.start else place - number.end


def _numbers(clause: Sequence[str]) -> Iterator[_Number]:
    place = 0
    while place < len(clause):
        value, end = _number_at(clause, place)
        if value is None:
            place += 1
            continue
        following = clause[end] if end < len(clause) else ""
        preceding = clause[place - 1] if place else ""
        if following not in _COUNTS_OTHERS and preceding not in _BEFORE_OTHERS:
            people = following in _PEOPLE or preceding in _REACHED or clause[place] == "seorang"
            yield _Number(value, place, end, people)
        place = end


def _number_at(clause: Sequence[str], place: int) -> tuple[int | None, int]:
    """The number that begins at a place, and where it ends; None where none does."""
    token = clause[place]
    if token[0].isdigit():
        grouped = _GROUPED.fullmatch(token)
        return (int(token.replace(".", "")) if grouped else None), place + 1
    end = place
    while end < len(clause) and clause[end] in _NUMBER_WORDS:
        end += 1
    return (_value(clause[place:end]), end) if end > place else (None, place + 1)


def _value(words: Iterable[str]) -> int:
    """The number that Indonesian words spell: "dua ratus tiga puluh lima" is 235."""
    total, group, unit = 0, 0, 0
    for word in words:
        if word in _UNITS:
            unit = _UNITS[word]
        elif word == "belas":
            unit += 10
        elif word == "ribu":
            total, group, unit = total + (group + unit or 1) * 1000, 0, 0
        elif word in _SCALES:
            group, unit = group + (unit or 1) * _SCALES[word], 0
        elif word == "seribu":
            total += 1000
        else:
            group += _ONE_OF_SCALE[word]
    return total + group + unit
