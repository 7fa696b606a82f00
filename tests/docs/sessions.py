"""Sessions at a prompt, as docs/commands.md shows them: read, played again, and compared.

A session is a console block: lines after "$ " are commands, what follows is their output; "…" alone on
a line stands for any lines. All sessions of a page are played in one folder, in order, after the
page's named blocks were written there as files.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.docs.pages import ROOT, blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

PROMPT = "$ "
_ANY = "…"
_PATIENCE = 120.0

# What differs from one run to the next: instants, spans, and the spaces and lines that align a table.
_CHANGING = (
    (re.compile(r"\b(Sen|Sel|Rab|Kam|Jum|Sab|Min), \d+ [A-Z][a-z]{2} \d{4}"), "DAY"),
    (re.compile(r"\b\d+ (s|min|h|d) ago\b"), "N ago"),
    (re.compile(r"[0-9a-f]{32}"), "ID"),
    (re.compile(r"\d"), "0"),
    (re.compile(r"─+"), "─"),
    (re.compile(r"[ \t]+"), " "),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One command and what it printed; `status` is what it ended with."""

    command: str
    output: str
    status: int = 0


def exchanges(text: str) -> tuple[Exchange, ...]:
    """The commands of a console block, each with the output that stands below it."""
    found = []
    for part in re.split(rf"^{re.escape(PROMPT)}", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        found.append(Exchange(command=command, output=output))
    return tuple(found)


def as_block(played: Iterable[Exchange]) -> str:
    """The text of a console block that shows these."""
    return "".join(f"{PROMPT}{one.command}\n{one.output}" for one in played)


def status_of(name: str) -> int:
    """The exit status that a block's info string announces ("exit=2"); 0 where it does not."""
    return int(name.removeprefix("exit=")) if name.startswith("exit=") else 0


def alike(shown: str, printed: str) -> bool:
    """Whether the docs show what was printed, but for what differs from one run to the next."""
    wanted = [_steady(line) for line in shown.splitlines()]
    pattern = "".join(
        r"(?:[^\n]*\n)*?" if line == _ANY else re.escape(line) + "\n" for line in wanted
    )
    text = "".join(_steady(line) + "\n" for line in printed.splitlines())
    return re.fullmatch(pattern, text) is not None


def _steady(line: str) -> str:
    for changing, steady in _CHANGING:
        line = changing.sub(steady, line)
    return line.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The folder in which a page's commands are tried.

    `hosts` says which addresses of this machine stand for the names that the page shows; name and
    address are of one length, so that tables stay aligned.
    """

    folder: Path
    hosts: Mapping[str, str]

    def lay_out(self, page: Path) -> None:
        """Write the page's named blocks as files."""
        for block in blocks(page):
            if block.name and block.language != "console":
                text = self._with_addresses(block.text)
                (self.folder / block.name).write_text(text, encoding="utf-8")

    def play(self, block: str) -> Iterator[Exchange]:
        """Try each command of a console block."""
        for one in exchanges(block):
            yield self.run(one.command)

    def run(self, command: str) -> Exchange:
        """Try one command, `siaga` being the one of this checkout."""
        program, *arguments = shlex.split(self._with_addresses(command))
        if program != "siaga":
            raise ValueError(f"{command}: only siaga is run for the docs")
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PATIENCE,
            check=False,
        )
        output = done.stdout.decode()
        for name, address in self.hosts.items():
            output = output.replace(address, name)
        trimmed = "".join(f"{line.rstrip()}\n" for line in output.splitlines())
        return Exchange(command=command, output=trimmed, status=done.returncode)

    def _with_addresses(self, text: str) -> str:
        for name, address in self.hosts.items():
            text = text.replace(name, address)
        return text
