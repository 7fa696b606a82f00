"""Pieces of an invented press, and which of them are one story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

SYLLABLES = [consonant + vowel for consonant in "bcdghjklmnprstwy" for vowel in "aiueo"]
STOCK = (
    "kata dia kepada wartawan di Makassar",
    "hal itu disampaikan dalam keterangan tertulis",
    "sementara itu pihak terkait belum memberikan tanggapan",
    "seperti diketahui sebelumnya pemerintah daerah telah",
    "saat dihubungi melalui sambungan telepon",
    "ia menambahkan bahwa pihaknya akan terus berupaya",
)
MONTHS = ("Mei", "Juni", "Juli")
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
FIRST_DAY = datetime(2025, 6, 2, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One published piece. Pieces of one `story` are copies; `kind` says how this one came about."""

    kind: str
    story: str
    site: str
    at: datetime
    title: str
    paragraphs: tuple[str, ...]


class Press:
    """Writes articles in invented words, with the phrases, names and numbers that news has."""

    def __init__(
        self, rng: random.Random, vocabulary: int = 6_000, common: tuple[str, ...] = ()
    ) -> None:
        """`common`: the words used most, before the invented ones."""
        self._rng = rng
        self._words = [*common, *(self.word() for _ in range(vocabulary))]
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(len(self._words))))

    def word(self) -> str:
        return "".join(self._rng.choices(SYLLABLES, k=self._rng.randint(1, 4)))

    def sentence(self) -> str:
        rng = self._rng
        words = rng.choices(self._words, cum_weights=self._weights, k=rng.randint(9, 22))
        if rng.random() < 0.3:
            words.insert(rng.randrange(len(words)), rng.choice(STOCK))
        if rng.random() < 0.3:
            words.insert(rng.randrange(len(words)), str(rng.randint(2, 90_000)))
        if rng.random() < 0.5:
            words.insert(rng.randrange(len(words)), f"{self.word()} {self.word()}".title())
        return " ".join(words).capitalize() + "."

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(self._rng.randint(2, 3)))

    def article(self, number: int, site: str, at: datetime) -> Piece:
        body = [self.paragraph() for _ in range(self._rng.randint(4, 12))]
        title = " ".join(" ".join(body[:2]).split()[: self._rng.randint(6, 11)])
        body[0] = f"{site.upper()} - {self.day(at)} {body[0]}"
        return Piece(
            kind="own",
            story=f"story-{number}",
            site=site,
            at=at,
            title=title,
            paragraphs=tuple(body),
        )

    def day(self, at: datetime) -> str:
        return f"{WEEKDAYS[at.weekday()]} ({at.day}/{at.month}/{at.year})."


def spelt(at: datetime) -> str:
    return f"{at.day} {MONTHS[at.month - 5]} {at.year}"


def on_day(day: int, hours: float = 0) -> datetime:
    return FIRST_DAY + timedelta(days=day, hours=hours)
