"""Extraction beside five general libraries: CPU a page, peak memory and what each of them reads.

The libraries are installed into an environment of their own (`--environment`, kept for the next run
where it is named) from what bench/comparators/requirements.txt pins. The pages are the ones that the
source distribution of newspaper4k carries with their texts, in a dozen scripts and languages, and the
Indonesian ones in ../shared/eval/pages, where those stand beside the checkout. Body F1 is that of
https://github.com/scrapinghub/article-extraction-benchmark: of sequences of four words.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.comparators.environment import environment, pip  # noqa: E402  # after the path is set
from crawler.extraction import dates  # noqa: E402

COMPARATORS = HERE / "comparators"
EVALUATION = HERE.parents[1] / "shared" / "eval" / "pages"
CORPUS = "newspaper4k==0.9.6"
LIBRARIES = (
    *("trafilatura", "trafilatura-fast", "newspaper4k", "news-please", "readability"),
    "resiliparse",
)
SHINGLE = 4
# These scripts write no spaces between words: each of their characters counts as one.
WORDS = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff]+"
)
QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})
A_DAY = 10  # characters of an ISO date
DATES = (
    "Tayang: Selasa, 10 Juni 2025 07:02 WITA",
    "Kompas.com- 18/06/2025, 19:46 WIB",
    "Jum'at, 24 Juli 2026 | 07:08 WIB",
    "2023-11-02 21:34:19",
    "2 jam yang lalu",
    "0411-872-1234",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page and what a reader took from it: its whole `text`, or the pieces in `gold`."""

    path: Path
    url: str
    text: str | None = None
    gold: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one library read on all pages, in order, and what it cost."""

    milliseconds: list[float]
    megabytes: float
    read: list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--environment", type=Path, help="where the libraries are kept installed")
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as name:
        figures = compare(asked.environment or Path(name), rounds=asked.rounds)
    print(json.dumps(figures))


def compare(directory: Path, *, rounds: int) -> dict[str, dict[str, float]]:
    """Figures by library; only Siaga's own where the registries are out of reach."""
    python = environment(directory, COMPARATORS / "requirements.txt")
    pages = [*(corpus(python, directory) if python else []), *indonesian()]
    interpreters = {"siaga": Path(sys.executable)}
    interpreters.update(dict.fromkeys(LIBRARIES, python) if python else {})
    print(f"{'':18}{'ms':>8}{'median':>8}{'MB':>6}{'body F1':>9}{'':8}the Indonesian pages")
    print(f"{'':49}{'ms':>20}{'sentences':>11}{'intruders':>12}{'right':>7}")
    figures = {}
    for library, interpreter in interpreters.items():
        result = run(library, interpreter, pages, rounds)
        if result is not None:
            figures[library] = score(pages, result)
            print(line(library, figures[library]))
    figures["siaga"]["date_us"] = date_microseconds()
    print(f"{'one date':18}{figures['siaga']['date_us']:8.1f} µs")
    return figures


def corpus(python: Path, directory: Path) -> list[Page]:
    """The pages of newspaper4k's own tests that stand beside a text longer than a teaser."""
    root = directory / "corpus"
    if not root.exists():
        fetched = directory / "sdist"
        only_source = ("--no-deps", "--no-binary", "newspaper4k")
        if not pip(python, "download", *only_source, "--dest", str(fetched), CORPUS):
            return []
        with tarfile.open(next(fetched.glob("newspaper4k-*.tar.gz"))) as archive:
            archive.extractall(root, filter="data")
    data = next(root.glob("newspaper4k-*/tests/data"))
    texts = sorted((data / "txt").glob("*.txt"))
    found = [(data / "html" / f"{text.stem}.html", text) for text in texts]
    return [
        Page(path=html, url=address(data, html), text=text.read_text(encoding="utf-8"))
        for html, text in found
        if html.exists()
    ]


def address(data: Path, html: Path) -> str:
    about = data / "metadata" / f"{html.stem}.json"
    told = json.loads(about.read_text(encoding="utf-8")).get("url") if about.exists() else None
    return told or f"https://news.example/{html.stem}"


def indonesian() -> list[Page]:
    golds = sorted(EVALUATION.glob("*.json")) if EVALUATION.exists() else []
    loaded = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in golds]
    return [
        Page(path=path.with_suffix(".html"), url=gold["url"], gold=gold) for path, gold in loaded
    ]


def run(library: str, python: Path, pages: list[Page], rounds: int) -> Result | None:
    """In a process of its own, so that its memory is its own."""
    asked = {
        "rounds": rounds,
        "pages": [{"path": str(page.path), "url": page.url} for page in pages],
    }
    done = subprocess.run(
        [python, COMPARATORS / "reading.py", library],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(HERE.parent) if library == "siaga" else ""},
    )
    if done.returncode:
        print(f"{library} failed: {done.stderr.strip()[-300:]}")
        return None
    told = json.loads(done.stdout)
    return Result(milliseconds=told["ms"], megabytes=told["mb"], read=told["read"])


def score(pages: list[Page], result: Result) -> dict[str, float]:
    both = list(zip(pages, result.read, strict=True))
    f1s = [shingle_f1(read["body"], page.text) for page, read in both if page.text]
    judged = [(page.gold, read) for page, read in both if page.gold]
    cost = list(zip(pages, result.milliseconds, strict=True))
    local = [spent for page, spent in cost if page.gold]
    ordered = sorted(result.milliseconds)
    return {
        "ms": mean(result.milliseconds),
        "median_ms": ordered[len(ordered) // 2] if ordered else 0.0,
        "f1": mean(f1s),
        "mb": result.megabytes,
        "id_ms": mean(local),
        "id_sentences": mean([share(told(gold), read) for gold, read in judged]),
        "id_intrusions": mean([share(gold["must_not_contain"], read) for gold, read in judged]),
        "id_right": mean([float(is_right(gold, read)) for gold, read in judged]),
    }


def line(library: str, one: dict[str, float]) -> str:
    return (
        f"{library:18}{one['ms']:8.1f}{one['median_ms']:8.1f}{one['mb']:6.0f}{one['f1']:9.3f}"
        f"{one['id_ms']:20.1f}{one['id_sentences']:11.3f}{one['id_intrusions']:12.3f}{one['id_right']:7.2f}"
    )


def shingle_f1(got: str, wanted: str) -> float:
    have, want = shingles(got), shingles(wanted)
    both = sum((have & want).values())
    return 2 * both / (have.total() + want.total())


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORDS.findall(text.lower())
    return Counter(
        tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))
    )


def told(gold: dict[str, Any]) -> list[str]:
    return [gold["first_sentence"], *gold["must_contain"], gold["last_sentence"]]


def share(sentences: list[str], read: dict[str, Any]) -> float:
    body = plain(read["body"])
    return mean([float(plain(sentence) in body) for sentence in sentences])


def is_right(gold: dict[str, Any], read: dict[str, Any]) -> bool:
    """Every field as a reader took it from the page: headline, instant, authors, text."""
    names = [name.casefold() for name in read["authors"]]
    return (
        plain(read["title"]) == plain(gold["title"])
        and same_time(read["published"], gold["published"])
        and all(any(name.casefold() in one for one in names) for name in gold["authors"] or ())
        and share(told(gold), read) == 1.0
        and share(gold["must_not_contain"], read) == 0.0
    )


def same_time(got: str | None, wanted: str | None) -> bool:
    """Within five minutes; a library's naive time is taken for the site's own."""
    if wanted is None or got is None:
        return wanted is None
    if len(wanted) == A_DAY:
        return got[:A_DAY] == wanted
    want = datetime.fromisoformat(wanted)
    have = datetime.fromisoformat(got)
    have = have.replace(tzinfo=want.tzinfo) if have.tzinfo is None else have
    return len(got) > A_DAY and abs(have - want) < timedelta(minutes=5)


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").translate(QUOTES).split())


def mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def date_microseconds(repeats: int = 2000) -> float:
    """CPU for one string, over strings of each kind, the best of five."""
    now = datetime.combine(date(2026, 1, 1), datetime.min.time(), tzinfo=UTC)
    spent = []
    for _ in range(5):
        before = time.process_time()
        for _ in range(repeats):
            for text in DATES:
                dates.parse(text, timezone="Asia/Makassar", now=now)
        spent.append(time.process_time() - before)
    return round(min(spent) / repeats / len(DATES) * 1e6, 2)


if __name__ == "__main__":
    main()
