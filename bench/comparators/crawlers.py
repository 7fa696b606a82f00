"""The crawlers that Siaga is compared with, and Siaga: how each is set up, run, and what it has stored."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.press.published import House

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LOOPBACK_ONLY = HERE / "loopback"
SITES = "sites.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An article as a tool keeps it. Those of one `group` it takes for copies of each other."""

    url: str
    group: str


class Crawler(Protocol):
    """A tool that crawls sites into a folder of its own; a second run there continues the first."""

    @property
    def name(self) -> str: ...

    @property
    def part(self) -> float:
        """Of the sites, the share that it is run on: slow tools crawl a part of them."""

    def prepare(self, houses: Sequence[House], folder: Path) -> None:
        """Write what it reads; the folder is there, and empty."""

    def command(self, folder: Path) -> list[str]:
        """What crawls all sites once and ends."""

    def stored(self, folder: Path) -> Iterator[Stored]:
        """What it has stored with a text, each record of its own."""


@dataclass(frozen=True, slots=True)
class Siaga:
    name: str = "Siaga"
    part: float = 1.0

    def prepare(self, houses: Sequence[House], folder: Path) -> None:
        sites = "".join(
            f"  - {{name: {one.name}, url: '{one.url}', feeds: ['{one.feed}'], timezone: Asia/Makassar}}\n"
            for one in houses
        )
        text = (
            "crawl: {delay: 0s}\nnetwork: {allow_private: ['127.0.0.0/8']}\n"
            f"sites:\n{sites}watchlists: []\nchannels: {{}}\n"
        )
        (folder / "config.yaml").write_text(text, encoding="utf-8")

    def command(self, folder: Path) -> list[str]:
        return [*self._siaga(folder), "run", "--once", "--no-baseline"]

    def stored(self, folder: Path) -> Iterator[Stored]:
        asked = [*self._siaga(folder), "stories", "--json"]
        told = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for story in map(json.loads, told.splitlines()):
            for article in story["articles"]:
                yield Stored(url=article["url"], group=str(story["story"]))

    def _siaga(self, folder: Path) -> list[str]:
        return [sys.executable, "-m", "monitor", "--config", str(folder / "config.yaml")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script beside this module that crawls into a Store."""

    name: str
    module: str
    python: Path
    part: float = 1.0

    def prepare(self, houses: Sequence[House], folder: Path) -> None:
        told = json.dumps([asdict(one) for one in houses])
        (folder / SITES).write_text(told, encoding="utf-8")

    def command(self, folder: Path) -> list[str]:
        module = f"bench.comparators.{self.module}"
        return [str(self.python), "-m", module, str(folder / SITES), str(folder)]

    def stored(self, folder: Path) -> Iterator[Stored]:
        with sqlite3.connect(folder / "articles.db") as db:
            for (url,) in db.execute("SELECT url FROM articles"):
                yield Stored(url=url, group=url)


_LISTED = "crawler_contains_only_article_alikes"
_SETTINGS = (
    ("'newspaper_extractor'", "'newspaper_extractor_no_images'"),
    ('= {"og_type": True', f'= {{"{_LISTED}": True, "og_type": True'),
    ('"og_type and (linked_headlines or self_linked_headlines)"', f'"{_LISTED}"'),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsPlease:
    """Its own launcher: a process for each site that reads its feed, and JSON files.

    It comes so configured, but for two things that cost it less so: images are not asked for, and
    whatever a feed lists is taken for an article.
    """

    python: Path
    name: str = "news-please"
    part: float = 0.25

    def prepare(self, houses: Sequence[House], folder: Path) -> None:
        (found,) = self.python.parents[1].glob(
            "lib/python*/site-packages/newsplease/config/config.cfg"
        )
        text = found.read_text(encoding="utf-8")
        for theirs, ours in (*_SETTINGS, ("~/news-please-repo/", f"{folder}/")):
            if theirs not in text:
                raise ValueError(f"news-please is configured in another way: {theirs} is missing")
            text = text.replace(theirs, ours)
        sites = {"base_urls": [{"url": one.url, "crawler": "RssCrawler"} for one in houses]}
        config = folder / "config"
        config.mkdir()
        (config / "config.cfg").write_text(text, encoding="utf-8")
        (config / "sitelist.hjson").write_text(json.dumps(sites), encoding="utf-8")

    def command(self, folder: Path) -> list[str]:
        program = self.python.with_name("news-please")
        return [str(program), "-c", f"{folder}/config/", "-no-confirm"]

    def stored(self, folder: Path) -> Iterator[Stored]:
        for path in (folder / "data").rglob("*.json"):
            article = json.loads(path.read_text(encoding="utf-8"))
            if article["maintext"]:
                yield Stored(url=article["url"], group=str(path))


def crawlers(general: Path | None, fundus: Path | None) -> list[Crawler]:
    """Siaga first; the others where the environment that holds them could be installed."""
    found: list[Crawler] = [Siaga()]
    if general is not None:
        found += [
            Script(name="asyncio + trafilatura", module="crawl_plainly", python=general),
            Script(name="newspaper4k", module="crawl_newspaper", python=general, part=0.25),
            NewsPlease(python=general),
        ]
    if fundus is not None:
        found.append(Script(name="Fundus", module="crawl_fundus", python=fundus))
    return found


def environment_of(folder: Path) -> dict[str, str]:
    """The variables of a tool's processes: loopback only, temporary files of its own."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    path = os.pathsep.join([str(LOOPBACK_ONLY), str(ROOT)])
    return {**os.environ, "PYTHONPATH": path, "TMPDIR": str(temporary), "HOME": str(temporary)}


def emptied(folder: Path) -> Path:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder
