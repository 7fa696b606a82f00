"""Files of JSON Lines as commands are given them, plain or gzipped, whatever is wrong with them."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

from core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1.

    Raises UsageError when the file cannot be read to its end.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise UsageError(f"{path} cannot be read to its end: {error}") from error


def parse_line(line: str) -> Any:
    """The value of a line. Raises ValueError for what is no JSON, or nested without end."""
    try:
        return json.loads(line)
    except RecursionError:
        raise ValueError("this is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"this is no JSON ({error})") from None
