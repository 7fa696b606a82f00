"""What others make of an article: every kind of copy, and reports of the same event that are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from bench.newswire.pieces import Piece, Press

    Edit = Callable[[random.Random, Press, Piece], Piece]
    """Makes another piece of one, with words of the press where it needs some."""

SYNONYMS = {
    "kata": "ujar",
    "mengatakan": "menyebut",
    "akan": "bakal",
    "untuk": "guna",
    "yang": "yg",
}


def another_headline(rng: random.Random, press: Press, piece: Piece) -> Piece:
    words = piece.title.split()
    kept = rng.sample(words, max(2, len(words) // 2))
    return replace(piece, title=" ".join((*kept, *press.sentence().split()[:4])))


def paragraphs_cut(rng: random.Random, _: Press, piece: Piece) -> Piece:
    kept = max(2, round(len(piece.paragraphs) * rng.uniform(0.5, 0.8)))
    return replace(piece, paragraphs=piece.paragraphs[:kept])


def paragraphs_added(rng: random.Random, press: Press, piece: Piece) -> Piece:
    more = [press.paragraph() for _ in range(max(1, len(piece.paragraphs) // 3))]
    paragraphs = list(piece.paragraphs)
    for one in more:
        paragraphs.insert(rng.randint(1, len(paragraphs)), one)
    return replace(piece, paragraphs=tuple(paragraphs))


def agency_credit(_rng: random.Random, _: Press, piece: Piece) -> Piece:
    first, *rest = piece.paragraphs
    return replace(piece, paragraphs=(f"MAKASSAR (ANTARA) - {first}", *rest, "Pewarta: ANTARA"))


def light_edits(rng: random.Random, press: Press, piece: Piece) -> Piece:
    """One word in thirty is another one; numbers stay."""

    def edited(word: str) -> str:
        if word in SYNONYMS:
            return SYNONYMS[word]
        changed = rng.random() < 1 / 30 and word.isalpha() and word.islower()
        return press.word() if changed else word

    return replace(
        piece,
        paragraphs=tuple(" ".join(map(edited, one.split())) for one in piece.paragraphs),
    )


def everything(rng: random.Random, press: Press, piece: Piece) -> Piece:
    for edit in (paragraphs_cut, light_edits, agency_credit, another_headline):
        piece = edit(rng, press, piece)
    return piece


def excerpt_of_the_lead(_rng: random.Random, _: Press, piece: Piece) -> Piece:
    count = next((n for n in range(1, 9) if len(" ".join(piece.paragraphs[:n]).split()) >= 50), 1)
    return replace(piece, paragraphs=piece.paragraphs[:count])


def excerpt_of_the_middle(rng: random.Random, _: Press, piece: Piece) -> Piece:
    length = min(len(piece.paragraphs), max(2, len(piece.paragraphs) // 3))
    start = rng.randint(0, len(piece.paragraphs) - length)
    return replace(piece, paragraphs=piece.paragraphs[start : start + length])


EDITS: tuple[Edit, ...] = (
    another_headline,
    paragraphs_cut,
    paragraphs_added,
    agency_credit,
    light_edits,
    everything,
    excerpt_of_the_lead,
    excerpt_of_the_middle,
)


def copy(rng: random.Random, press: Press, piece: Piece, edit: Edit, site: str) -> Piece:
    """A copy of the piece on another site, up to a day later."""
    at = piece.at + timedelta(minutes=rng.randint(2, 1_500))
    return replace(edit(rng, press, piece), kind=edit.__name__, site=site, at=at)


def own_report(rng: random.Random, press: Press, piece: Piece, site: str) -> Piece:
    """Another outlet's own report of the event: its headline's words and a quotation, else its own text."""
    quoted = rng.choice(piece.paragraphs)[:180]
    written = [press.paragraph() for _ in range(rng.randint(4, 8))]
    written.insert(rng.randint(1, 3), f'"{quoted}", katanya.')
    return replace(
        piece,
        kind="own report of one event",
        story=f"{piece.story}, {site}'s own",
        site=site,
        at=piece.at + timedelta(minutes=rng.randint(2, 600)),
        paragraphs=tuple(written),
    )


def follow_up(rng: random.Random, press: Press, piece: Piece) -> Piece:
    """The same house's next piece: new text before the background that it has told already."""
    background = piece.paragraphs[-max(1, len(piece.paragraphs) // 3) :]
    news = [press.paragraph() for _ in range(len(background) + 1)]
    return replace(
        piece,
        kind="follow-up with old background",
        story=f"{piece.story}, followed up",
        title=f"{' '.join(piece.title.split()[:4])} {press.sentence()[:40]}",
        at=piece.at + timedelta(hours=rng.randint(2, 30)),
        paragraphs=(*news, *background),
    )
