"""Copies and stories, measured: what is found, what is wrongly joined, what it costs as the archive grows.

    python bench/duplicates.py [--articles FILE.jsonl.gz] [--stored 10000 100000 1000000]

Found and wrongly joined: a fortnight of an invented press (bench/newswire), or of the articles of a file
("title", "body", "outlet") with copies made of them. Cost: CPU of placing an article in an index that
already holds so many others, which are filled in as rows; the index forgets two old ones with each.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.newswire.copies import EDITS, copy  # noqa: E402  # after the path is set
from bench.newswire.pieces import Piece, Press, on_day  # noqa: E402
from bench.newswire.stream import fortnight, invented_originals, originals_from  # noqa: E402
from core.clock import to_text  # noqa: E402
from core.database import immediate, open_database  # noqa: E402
from crawler.schema import MIGRATIONS  # noqa: E402
from crawler.stories.index import KEPT_FOR, StoryIndex, Text  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlite_utils import Database

CHUNK = 50
PLACED = 1_500
COPIES = 80
KEYS_AN_ARTICLE = 24
PARAGRAPHS_AN_ARTICLE = 6
FILL_KEYS = """
    WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2),
    k (j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM k WHERE j < ?3)
    INSERT OR IGNORE INTO fingerprint_keys (hash, article_id)
    SELECT random() & 0xFFFFFFF AS hash, i FROM n, k ORDER BY hash, i
"""
FILL_FINGERPRINTS = """
    WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
    INSERT INTO fingerprints (article_id, story, site, host, published_at, seen_at, template, size, sketch,
                              lead, numbers, dates, title, said, words)
    SELECT i, i, 'koran-' || (i % 100), 'koran-' || (i % 100) || '.example', ?3, ?3, 0, 330,
           randomblob(1024), randomblob(32), hex(randomblob(30)), '6-2', hex(randomblob(30)),
           hex(randomblob(25)), randomblob(360)
    FROM n
"""
FILL_PARAGRAPHS = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
    INSERT OR IGNORE INTO site_paragraphs (hash, articles, seen_on)
    SELECT random() & 0xFFFFFFFFFFFF AS hash, 1, ?2 FROM n ORDER BY hash
"""


class Stories:
    """The stories that an index makes of pieces, as the archive would keep them."""

    def __init__(self, db: Database, first_article: int = 1) -> None:
        self._db = db
        self._first = first_article
        self.story: dict[int, int] = {}
        self.pieces: dict[int, Piece] = {}

    def take(self, pieces: Iterable[Piece]) -> float:
        """Place pieces in transactions of fifty; returns the CPU seconds that it took."""
        began = time.process_time()
        for chunk in _chunks(enumerate(pieces, self._first + len(self.pieces))):
            with immediate(self._db) as connection:
                index = StoryIndex(connection)
                for article, piece in chunk:
                    decided = index.place(_text(article, piece), now=piece.at)
                    self.pieces[article] = piece
                    self.story[article] = decided.story
                    self._move(decided.merged, decided.story)
        return time.process_time() - began

    def _move(self, merged: tuple[int, ...], into: int) -> None:
        if merged:
            for article, story in self.story.items():
                if story in merged:
                    self.story[article] = into


def _chunks(pieces: Iterable[tuple[int, Piece]]) -> Iterator[Sequence[tuple[int, Piece]]]:
    remaining = iter(pieces)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def _text(article: int, piece: Piece) -> Text:
    return Text(
        article=article,
        site=piece.site,
        host=f"{piece.site}.example",
        title=piece.title,
        body="\n\n".join(piece.paragraphs),
        published_at=piece.at,
    )


# What is found --------------------------------------------------------------------------------------


def measure_quality(articles: Path | None, folder: Path) -> dict[str, float]:
    rng = random.Random(1)
    press = Press(rng)
    originals = originals_from(articles, rng) if articles else invented_originals(2_000, press, rng)
    stories = Stories(open_database(folder / "quality.db", migrations=[MIGRATIONS]))
    stories.take(fortnight(originals, press, rng))
    print(f"{len(stories.pieces)} pieces of {'a file' if articles else 'an invented press'}")
    found, wrong = _found(stories), _wrongly_joined(stories)
    for kind in sorted(found.keys() | wrong.keys()):
        joined, of = found.get(kind, (0, 0))
        share = f"{joined / of:.3f} of {of} found" if of else ""
        print(f"  {kind:32} {share:20} {wrong.get(kind, 0) or ''}")
    copies = [sum(column) for column in zip(*found.values(), strict=True)]
    precision, recall = _b_cubed(stories)
    return {
        "copies_found": round(copies[0] / copies[1], 4),
        "wrongly_joined": sum(wrong.values()),
        "b_cubed_f1": round(2 * precision * recall / (precision + recall), 4),
    }


def _found(stories: Stories) -> dict[str, tuple[int, int]]:
    """By kind of copy: how many stand in their original's story, of how many."""
    own = {piece.story: n for n, piece in stories.pieces.items() if piece.kind == "own"}
    found: dict[str, list[bool]] = defaultdict(list)
    for article, piece in stories.pieces.items():
        original = own.get(piece.story)
        if original is not None and original != article:
            found[piece.kind].append(stories.story[article] == stories.story[original])
    return {kind: (sum(each), len(each)) for kind, each in found.items()}


def _wrongly_joined(stories: Stories) -> Counter[str]:
    """By kind: how many stand in a story whose first piece is another story's."""
    return Counter(
        piece.kind
        for article, piece in stories.pieces.items()
        if piece.story != stories.pieces[stories.story[article]].story
    )


def _b_cubed(stories: Stories) -> tuple[float, float]:
    """Precision and recall averaged over the pieces (Bagga and Baldwin, 1998)."""
    told = Counter(stories.story.values())
    true = Counter(piece.story for piece in stories.pieces.values())
    both = Counter((stories.story[n], piece.story) for n, piece in stories.pieces.items())
    size = len(stories.pieces)
    precision = sum(n * n / told[story] for (story, _), n in both.items()) / size
    return precision, sum(n * n / true[story] for (_, story), n in both.items()) / size


def stories_of_eighty_copies(folder: Path) -> int:
    """How many stories become of one article and its copies, edited in every way, on sites of their own."""
    rng = random.Random(2)
    press = Press(rng)
    original = press.article(0, "koran", on_day(0))
    copies = [
        copy(rng, press, original, EDITS[number % len(EDITS)], f"salinan-{number}")
        for number in range(COPIES)
    ]
    stories = Stories(open_database(folder / "eighty.db", migrations=[MIGRATIONS]))
    stories.take([original, *sorted(copies, key=lambda one: one.at)])
    return len(set(stories.story.values()))


# What it costs --------------------------------------------------------------------------------------


def measure_bytes(folder: Path) -> float:
    """Bytes of the index per article, none of them a copy."""
    rng = random.Random(3)
    db = open_database(folder / "bytes.db", migrations=[MIGRATIONS])
    empty = _size(db)
    Stories(db).take(invented_originals(3_000, Press(rng), rng))
    return (_size(db) - empty) / 3_000


def _size(db: Database) -> int:
    pages, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    return int(pages * size)


def measure_cost(sizes: Sequence[int], folder: Path) -> dict[str, float]:
    db = open_database(folder / "cost.db", migrations=[MIGRATIONS])
    costs: dict[str, float] = {}
    last = 0
    for size in sizes:
        fill(db, last + 1, size)
        last = size + PLACED
        rng = random.Random(size)
        press = Press(rng)
        pieces = fortnight(invented_originals(PLACED, press, rng), press, rng)[:PLACED]
        spent = Stories(db, size + 1).take(_later(pieces))
        costs[str(size)] = round(spent / PLACED * 1_000, 3)
        print(f"  {size:>9,} stored: {costs[str(size)]:.2f} ms CPU an article")
    return costs


def fill(db: Database, first: int, last: int) -> None:
    """Rows for articles that were stored long enough ago to be forgotten one after the other."""
    at = on_day(0)
    db.execute("PRAGMA journal_mode = OFF")  # a gigabyte need not be written twice
    with immediate(db) as connection:
        connection.execute(FILL_KEYS, (first, last, KEYS_AN_ARTICLE))
        connection.execute(FILL_FINGERPRINTS, (first, last, to_text(at)))
        count = (last - first + 1) * PARAGRAPHS_AN_ARTICLE
        connection.execute(FILL_PARAGRAPHS, (count, at.toordinal()))
    db.execute("PRAGMA journal_mode = WAL")


def _later(pieces: Iterable[Piece]) -> list[Piece]:
    return [replace(one, at=one.at + KEPT_FOR + timedelta(days=1)) for one in pieces]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--stored", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        quality = measure_quality(args.articles, path)
        stories = stories_of_eighty_copies(path)
        print(f"{COPIES} copies of one article: {stories} story")
        size = measure_bytes(path)
        print(f"{size:,.0f} bytes of index an article")
        costs = measure_cost(sorted(args.stored), path)
    figures = {**quality, "stories_of_80_copies": stories, "bytes_per_article": round(size)}
    print(json.dumps({"cpu_ms_per_article": costs, **figures}))


if __name__ == "__main__":
    main()
