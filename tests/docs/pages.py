"""The docs as data: their pages, fenced blocks, tables and links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"`(?P<code>[^`\n]+)`")
_NOT_IN_AN_ANCHOR = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block; its info string is a language and, for some, the name of a file."""

    page: Path
    line: int
    language: str
    name: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table, under the heading and the column titles that it stands below."""

    heading: str
    columns: tuple[str, ...]
    cells: tuple[str, ...]


def pages() -> tuple[Path, ...]:
    """Every page of the docs."""
    return (
        *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")),
        *sorted(DOCS.glob("*.md")),
    )


def blocks(page: Path, language: str = "") -> tuple[Block, ...]:
    """The fenced blocks of a page, in order; of one language where one is named."""
    found = _blocks(page, page.read_text(encoding="utf-8"))
    return tuple(block for block in found if language in ("", block.language))


def _blocks(page: Path, text: str) -> Iterator[Block]:
    for match in _FENCE.finditer(text):
        language, _, name = match["info"].partition(" ")
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page=page, line=line, language=language, name=name, text=match["text"])


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> tuple[str, ...]:
    """Where the links and pictures of a page lead, as written."""
    return tuple(match["target"] for match in _LINK.finditer(prose(page)))


def anchors(page: Path) -> frozenset[str]:
    """What may follow # in a link to a page."""
    titles = (match["title"] for match in _HEADING.finditer(prose(page)))
    return frozenset(
        _NOT_IN_AN_ANCHOR.sub("", title.lower()).strip().replace(" ", "-") for title in titles
    )


def codes(text: str) -> tuple[str, ...]:
    """What stands between backticks."""
    return tuple(match["code"] for match in _CODE.finditer(text))


def rows(page: Path) -> tuple[Row, ...]:
    """Every row of every table of a page."""
    return tuple(_rows(prose(page)))


def _rows(text: str) -> Iterator[Row]:
    heading, columns = "", tuple[str, ...]()
    for line in text.splitlines():
        title = _HEADING.match(line)
        if title is not None:
            heading = title["title"]
        if not line.startswith("|"):
            columns = ()
            continue
        cells = tuple(cell.strip() for cell in line.strip("|").split(" | "))
        if not columns:
            columns = cells
        elif not line.startswith("| ---"):
            yield Row(heading=heading, columns=columns, cells=cells)
