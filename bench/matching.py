"""Matching, measured: CPU microseconds an article, from raw text to the names of its watchlists.

    python bench/matching.py [--articles 200] [--sizes 10,1000,10000,100000] [--no-rivals]
                             [--environment FOLDER]

Articles of 410 invented words, used as often as words of a language are; queries of three terms over
the same words (dense) or over words that no article has (sparse). Beside Siaga: SQLite FTS5, one
article at a time in a table of its own; mokaccino, a percolator in Rust, in an environment that this
script makes (phrases and NEAR as AND of words: it has neither); and every query evaluated by itself.
The rivals are measured on as many articles as take seconds, not hours.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.comparators.environment import environment  # noqa: E402  # after the path is set
from core.text import folded_words  # noqa: E402
from monitor.matching.matcher import DEFAULT_FIELDS, Matcher, Watchlist  # noqa: E402
from monitor.query.deciding import decider  # noqa: E402
from monitor.query.nodes import And, Near, Not, Or, Phrase  # noqa: E402
from monitor.query.parser import parse  # noqa: E402
from monitor.query.reading import Reading  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.query.nodes import Query

    Article = dict[str, str]

SIZES = (10, 1_000, 10_000, 100_000)
WORDS = 410
VOCABULARY = 30_000
ARCHIVE = 1_000  # articles before, from which the frequencies of words are known
PASSES = 3
EVALUATIONS = 100_000  # of single queries, for a rival that looks at each
WANTED = ROOT / "bench" / "comparators" / "matching.txt"
_MOKACCINO_RUN = """
import json, sys, time
from mokaccino import Document, Percolator, Query
queries, articles = json.load(open(sys.argv[1]))
percolator = Percolator()
for query in queries:
    percolator.add_query(Query.parse(query))
percolator = percolator.optimized()
documents = []
for words in articles:
    document = Document()
    for word in words:
        document.add_value("w", word)
    documents.append(document)
start = time.process_time()
for document in documents:
    percolator.percolate_list(document)
print((time.process_time() - start) / len(documents) * 1e6)
"""


@dataclass(frozen=True, slots=True)
class Language:
    """Invented words, the most frequent first, and how often each is used."""

    words: Sequence[str]
    weights: Sequence[float]

    def text(self, rng: random.Random, count: int) -> str:
        """Words in sentences and paragraphs."""
        words = rng.choices(self.words, cum_weights=self.weights, k=count)
        pieces = []
        for index, word in enumerate(words):
            starts = index % 14 == 0
            pieces.append(("\n\n" if index % 70 == 0 else ". ") if starts and index else " ")
            pieces.append(word.capitalize() if starts else word)
        return "".join(pieces).strip()


def invented_language(rng: random.Random) -> Language:
    """As in any language, frequent words are short; none ends like a clitic, so that FTS5 can follow."""
    syllables = [one + two for one in "bcdghjklmnprstw" for two in "aeiou"]
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        length = 1 + len(words) // 60 if len(words) < 120 else 3 + len(words) // 12_000
        words["".join(rng.choices(syllables, k=length)) + rng.choice("bdgrst")] = None
    weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
    return Language(list(words), weights)


def word_shares(texts: Sequence[str]) -> dict[str, float]:
    """How much of these articles, an archive of others, has each word."""
    counts = Counter(word for text in texts for word in set(folded_words(text)))
    return {word: count / len(texts) for word, count in counts.items()}


def invented_queries(
    rng: random.Random, count: int, terms: Sequence[str], pairs: Sequence[str]
) -> list[str]:
    """Queries of three terms: with OR, with NOT, with a phrase, with NEAR."""
    made = []
    for number in range(count):
        a, b, c = rng.choices(terms, k=3)
        kinds = (f"{a} AND ({b} OR {c})", f"{a} AND {b} NOT {c}", f"{a} NEAR/8 {b}")
        made.append(f'"{rng.choice(pairs)}" AND {c}' if number % 5 == 0 else rng.choice(kinds))
    return made


def microseconds(work: Callable[[Article], object], articles: Sequence[Article]) -> float:
    """CPU time an article: the fastest of a few passes over all of them."""
    best = float("inf")
    for _ in range(PASSES):
        start = time.process_time()
        for article in articles:
            work(article)
        best = min(best, time.process_time() - start)
    return best / len(articles) * 1e6


def measure(
    queries: Sequence[str], articles: Sequence[Article], shares: dict[str, float]
) -> dict[str, float]:
    """Siaga's figures for one set of queries."""
    watchlists = [Watchlist(name=str(n), query=parse(text)) for n, text in enumerate(queries)]
    start = time.perf_counter()
    matcher = Matcher(watchlists, shares=shares)
    build = time.perf_counter() - start
    hits = sum(len(matcher.names(article, None)) for article in articles) / len(articles)
    figures = {
        "us": microseconds(lambda article: matcher.names(article, None), articles),
        "with_words_us": microseconds(lambda article: matcher.match(article, None), articles),
        "hits": hits,
        "build_s": build,
        "hot_edit_ms": hot_edit(matcher, articles[0]),
    }
    gc.unfreeze()
    return {name: round(value, 3) for name, value in figures.items()}


def hot_edit(matcher: Matcher, article: Article) -> float:
    """Milliseconds from an edit of one watchlist to the first article that it meets."""
    word = article["title"].split()[0]
    start = time.perf_counter()
    edited = matcher.edited([Watchlist(name="baru", query=parse(word))], ["0"])
    if "baru" not in edited.names(article, None):
        raise AssertionError("the edit is not live")
    return (time.perf_counter() - start) * 1e3


def naive(queries: Sequence[str], articles: Sequence[Article]) -> tuple[float, int]:
    """Every query evaluated by itself: CPU time an article, and how many decisions differ from ours."""
    parsed = [parse(text) for text in queries]
    matcher = Matcher(Watchlist(name=str(n), query=query) for n, query in enumerate(parsed))
    deciders = [decider(query) for query in parsed]
    differing, spent = 0, 0.0
    for article in articles:
        start = time.process_time()
        reading = Reading(article)
        scope = reading.scope(DEFAULT_FIELDS)
        met = {str(n) for n, decide in enumerate(deciders) if decide(scope, reading)}
        spent += time.process_time() - start
        differing += len(met ^ set(matcher.names(article, None)))
    gc.unfreeze()
    return spent / len(articles) * 1e6, differing


def fts5(queries: Sequence[str], articles: Sequence[Article]) -> float:
    """Every query asked of a full text index over one article."""
    expressions = [expression(parse(text)) for text in queries]
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE one USING fts5 (title, body)")
    start = time.process_time()
    for article in articles:
        db.execute("DELETE FROM one")
        db.execute("INSERT INTO one VALUES (?, ?)", (article["title"], article["body"]))
        for asked in expressions:
            db.execute("SELECT 1 FROM one WHERE one MATCH ?", (asked,)).fetchone()
    return (time.process_time() - start) / len(articles) * 1e6


def expression(query: Query) -> str:
    """A query as FTS5 writes it."""
    match query:
        case Phrase():
            return f'"{" ".join(map(str, query.words))}"'
        case Near():
            return f"NEAR({expression(query.left)} {expression(query.right)}, {query.distance})"
        case Or():
            return f"({' OR '.join(map(expression, query.parts))})"
        case And():
            denied = [part.part for part in query.parts if isinstance(part, Not)]
            held = [part for part in query.parts if not isinstance(part, Not)]
            text = f"({' AND '.join(map(expression, held))})"
            return "".join([text, *(f" NOT {expression(part)}" for part in denied)])
        case _:
            raise ValueError(f"{query} has no words for FTS5")


def mokaccino(
    python: Path, queries: Sequence[str], articles: Sequence[Article], folder: Path
) -> float:
    """The percolator in an environment of its own."""
    asked = [words_only(parse(text)) for text in queries]
    documents = [sorted(set(folded_words(f"{one['title']} {one['body']}"))) for one in articles]
    data = folder / "queries.json"
    data.write_text(json.dumps([asked, documents]), encoding="utf-8")
    script = folder / "run.py"
    script.write_text(_MOKACCINO_RUN, encoding="utf-8")
    done = subprocess.run([python, script, data], check=True, capture_output=True, text=True)
    return float(done.stdout)


def words_only(query: Query) -> str:
    """A query as mokaccino writes it, on a field of words."""
    match query:
        case Phrase():
            return " AND ".join(f"w:{word}" for word in query.words)
        case Near():
            return f"{words_only(query.left)} AND {words_only(query.right)}"
        case Or():
            return f"({' OR '.join(map(words_only, query.parts))})"
        case And():
            return " AND ".join(map(words_only, query.parts))
        case Not():
            return f"NOT {words_only(query.part)}"
        case _:
            raise ValueError(f"{query} has no words for mokaccino")


def rivals(
    size: int,
    queries: Sequence[str],
    articles: Sequence[Article],
    python: Path | None,
    folder: Path,
) -> dict[str, float]:
    few = articles[: max(1, min(len(articles), EVALUATIONS // size))]
    spent, differing = naive(queries, few)
    found = {"naive": spent, "differing": float(differing), "fts5": fts5(queries, few)}
    if python is not None:
        found["mokaccino"] = mokaccino(python, queries, articles[: max(len(few), 20)], folder)
    return {name: round(value, 1) for name, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--no-rivals", action="store_true")
    parser.add_argument("--environment", type=Path, help="where mokaccino is kept installed")
    args = parser.parse_args()
    rng = random.Random(5)
    language = invented_language(rng)
    articles = [
        {"title": language.text(rng, 10), "body": language.text(rng, WORDS - 10)}
        for _ in range(args.articles)
    ]
    shares = word_shares([language.text(rng, WORDS) for _ in range(ARCHIVE)])
    pairs = [
        " ".join(pair).lower()
        for one in articles
        for words in [one["body"].replace(".", " .").split()]
        for pair in pairwise(words)
        if "." not in pair
    ]
    absent = ["x" + word for word in language.words]
    absent_pairs = [f"{one} {two}" for one, two in pairwise(absent)]
    with tempfile.TemporaryDirectory() as folder:
        kept = args.environment or Path(folder) / "environment"
        python = None if args.no_rivals else environment(kept, WANTED)
        rows = {}
        for size in map(int, args.sizes.split(",")):
            dense = invented_queries(rng, size, language.words[100:], pairs)
            sparse = invented_queries(rng, size, absent, absent_pairs)
            row = {
                "dense": measure(dense, articles, shares),
                "sparse": measure(sparse, articles, shares),
            }
            if not args.no_rivals:
                row["rivals"] = rivals(size, dense, articles, python, Path(folder))
            rows[size] = row
            print(line(size, row), flush=True)
    print(json.dumps(summary(rows)))


def line(size: int, row: dict[str, dict[str, float]]) -> str:
    dense, sparse, others = row["dense"], row["sparse"], row.get("rivals", {})
    beside = "".join(f"  {name} {value:,.0f}" for name, value in others.items())
    return (
        f"{size:>7,} queries: {dense['us']:6.0f} µs ({dense['hits']:.1f} hits), "
        f"with words {dense['with_words_us']:.0f}, sparse {sparse['us']:.0f}, "
        f"built in {dense['build_s']:.2f} s, hot edit {dense['hot_edit_ms']:.1f} ms{beside}"
    )


def sparse_growth(rows: dict[int, dict[str, dict[str, float]]]) -> float | None:
    """How many times as much the largest set of watchlists that match nothing costs as a thousand."""
    if 1_000 not in rows:
        return None
    return round(rows[max(rows)]["sparse"]["us"] / rows[1_000]["sparse"]["us"], 2)


def summary(rows: dict[int, dict[str, dict[str, float]]]) -> dict[str, object]:
    def column(part: str, name: str) -> dict[str, float]:
        return {
            str(size): row[part][name] for size, row in rows.items() if name in row.get(part, {})
        }

    return {
        "us_per_article": column("dense", "us"),
        "with_words_us": column("dense", "with_words_us"),
        "sparse_us": column("sparse", "us"),
        "sparse_growth": sparse_growth(rows),
        "hits": column("dense", "hits"),
        "build_s": column("dense", "build_s"),
        "hot_edit_ms": column("dense", "hot_edit_ms"),
        "naive_us": column("rivals", "naive"),
        "fts5_us": column("rivals", "fts5"),
        "mokaccino_us": column("rivals", "mokaccino"),
        "differing": column("rivals", "differing"),
    }


if __name__ == "__main__":
    main()
