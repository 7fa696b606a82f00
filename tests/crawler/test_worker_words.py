"""What a worker writes to its standard error, as events of the log."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from crawler.supervisor import _log_words

if TYPE_CHECKING:
    import pytest

PROGRAM = r"""
import sys
sys.stderr.buffer.write(b"satu\n\n" + b"x" * 5000 + b"\n\xff dua")
"""


def test_each_line_is_an_event_and_one_without_end_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def listen() -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM), stderr=asyncio.subprocess.PIPE, limit=1000
        )
        await _log_words(process)
        await process.wait()

    asyncio.run(listen())
    told = [one.getMessage() for one in caplog.records if one.name == "siaga.worker"]
    assert told == ["the crawl worker says: satu", "the crawl worker says: \\xff dua"]
