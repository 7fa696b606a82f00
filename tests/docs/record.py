"""Writes anew what the docs show of the program's output: `python -m tests.docs.record`.

Only what differs is replaced: sessions of docs/commands.md, messages and pictures of docs/channels.md,
and the schema in which the docs' words stand.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from alerts.registry import channel_types
from monitor.demo.newsroom import Newsroom
from tests.docs import schema
from tests.docs.drawing import PICTURES, draw
from tests.docs.messages import shown
from tests.docs.pages import DOCS, blocks
from tests.docs.sessions import Desk, alike, as_block, exchanges

if TYPE_CHECKING:
    from tests.docs.pages import Block

COMMANDS = DOCS / "commands.md"
CHANNELS = DOCS / "channels.md"
SITES = {"kawat-lintang": "lintang.example", "simpul-kalimas": "kalimas.example"}
"""The sites of the demo's newsroom that the sessions look at, and the names that stand for them."""


def main() -> None:
    schema.main()
    for kind, name in PICTURES.items():
        (DOCS / name).write_text(draw(kind), encoding="utf-8")
    for kind in channel_types():
        record_message(kind)
    with TemporaryDirectory() as folder, Newsroom.open(now=datetime.now(UTC)) as newsroom:
        record_sessions(desk_in(Path(folder), newsroom))


def desk_in(folder: Path, newsroom: Newsroom) -> Desk:
    """A desk from which the newsroom's sites are found under the names that the docs show."""
    addresses = {site.name: site.url for site in newsroom.sites}
    hosts = {
        host: addresses[site].removeprefix("http://").rstrip("/") for site, host in SITES.items()
    }
    return Desk(folder=folder, hosts=hosts)


def record_message(kind: str) -> None:
    """Put the message of a channel into the block that is named after it."""
    text = CHANNELS.read_text(encoding="utf-8")
    fence = re.compile(rf"(^```\w+ {kind}\n).*?(^```$)", re.MULTILINE | re.DOTALL)
    text = fence.sub(lambda match: match[1] + shown(kind) + match[2], text)
    CHANNELS.write_text(text, encoding="utf-8")


def record_sessions(desk: Desk) -> None:
    """Play every session of the page, and replace those whose output has changed."""
    desk.lay_out(COMMANDS)
    text = COMMANDS.read_text(encoding="utf-8")
    for block in blocks(COMMANDS, "console"):
        text = text.replace(_fenced(block, block.text), _fenced(block, _played(desk, block)), 1)
    COMMANDS.write_text(text, encoding="utf-8")


def _fenced(block: Block, text: str) -> str:
    return f"```{f'{block.language} {block.name}'.strip()}\n{text}```\n"


def _played(desk: Desk, block: Block) -> str:
    played = tuple(desk.play(block.text))
    pairs = zip(exchanges(block.text), played, strict=True)
    return as_block(old if alike(old.output, new.output) else new for old, new in pairs)


if __name__ == "__main__":
    main()
