"""The mistakes of a config as a terminal shows them: under each the line that it stands in, and a caret.

A line is shown only where no secret can stand in it, whatever is wrong with the file.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.carets import with_caret

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.errors import Problem

_OPEN_SECTIONS = frozenset(
    {"timezone", "database", "crawl", "network", "sites", "aliases", "watchlists", "health"}
    | {"backup", "http", "log", "canary"}
)
"""The sections of config.yaml that hold no secret."""
_KEY = re.compile(r"([\w-]+)\s*:")
_SUSPECT = re.compile(r"@|proxy", re.IGNORECASE)
_INDENT = "    "


def told(problems: Sequence[Problem], *, with_lines: bool) -> Iterator[str]:
    """Each problem as `PATH:LINE:COL: message`, and `with_lines` what stands there."""
    lines_of = cache(_lines_of)
    for one in problems:
        yield str(one)
        drawn = one.drawn or excerpt(lines_of(one.path), one.line, one.column)
        yield from (_INDENT + line for line in drawn.splitlines() if with_lines)


def excerpt(lines: Sequence[str], line: int, column: int) -> str:
    """A line (from 1) of a file with a caret under its column, or nothing where a secret may stand."""
    if not 0 < line <= len(lines) or not _is_open(lines[:line]):
        return ""
    text = lines[line - 1]
    indent = len(text) - len(text.lstrip(" "))
    return "" if _SUSPECT.search(text) else with_caret(text[indent:], max(1, column - indent))


def _is_open(lines: Sequence[str]) -> bool:
    """Whether the last of these lines belongs to a section without secrets.

    A file that begins with a list is an included one: of sites, or of watchlists.
    """
    for line in reversed(lines):
        if line[:1] in ("", " ", "#", "-"):
            continue
        key = _KEY.match(line)
        return key is not None and key[1] in _OPEN_SECTIONS
    return any(line.startswith("- ") for line in lines)


def _lines_of(path: str) -> tuple[str, ...]:
    try:
        return tuple(Path(path).read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError):  # which is the problem that is told
        return ()
