"""A fortnight of an invented press, in the order in which it is published."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.newswire.copies import EDITS, copy, follow_up, own_report
from bench.newswire.forms import DAYS, FORMS
from bench.newswire.pieces import Piece, Press, on_day

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator
    from pathlib import Path

HOUSES = 25
MOST_WORDS_OF_A_BRIEF = 80


def invented_originals(count: int, press: Press, rng: random.Random) -> list[Piece]:
    return [
        press.article(
            number, f"koran-{rng.randrange(HOUSES)}", on_day(0, rng.uniform(0, DAYS * 24))
        )
        for number in range(count)
    ]


def originals_from(path: Path, rng: random.Random) -> list[Piece]:
    """Articles of JSON Lines ("title", "body", "outlet"), dated anew, in paragraphs of three sentences."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    return [
        Piece(
            kind="own",
            story=f"story-{number}",
            site=article["outlet"].lower(),
            at=on_day(0, rng.uniform(0, DAYS * 24)),
            title=article["title"].strip(),
            paragraphs=tuple(_paragraphs(article["body"])),
        )
        for number, article in enumerate(articles)
        if len(article["body"].split()) >= MOST_WORDS_OF_A_BRIEF
    ]


def _paragraphs(body: str) -> Iterator[str]:
    sentences = " ".join(body.split()).replace(". ", ".\n").split("\n")
    for start in range(0, len(sentences), 3):
        yield " ".join(sentences[start : start + 3])


def fortnight(originals: Iterable[Piece], press: Press, rng: random.Random) -> list[Piece]:
    """The originals, copies and reports of the same events round a third of them, and pages by rote."""
    pieces: list[Piece] = []
    for original in originals:
        pieces.append(original)
        chance = rng.random()
        if chance < 0.3:
            pieces.extend(
                copy(rng, press, original, edit, f"salinan-{rng.randrange(HOUSES)}")
                for edit in rng.sample(EDITS, rng.randint(1, 3))
            )
        elif chance < 0.35:
            pieces.append(own_report(rng, press, original, "pesaing"))
        elif chance < 0.4:
            pieces.append(follow_up(rng, press, original))
    pieces.extend(page for form in FORMS for page in form(rng))
    pieces.sort(key=lambda one: one.at)
    return [replace(one, site=one.site.replace(" ", "-")) for one in pieces]
