"""What a child process dials, seen at the socket, and a name service of the test's own for it.

The child loads this by itself when it starts (see `Witness`); nothing of Siaga knows of it.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    Answers = Mapping[str, tuple[tuple[str, ...], ...]]

_SENDING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Sees every connection of the child processes that are started after `posted`."""

    directory: Path

    @classmethod
    def posted(cls, directory: Path, names: Answers, patch: pytest.MonkeyPatch) -> Witness:
        """Have children load the witness: Python imports `sitecustomize` before anything else."""
        log = directory / "dials"
        log.touch()
        text = f"from tests.security.witness import watch\nwatch({str(log)!r}, {dict(names)!r})\n"
        (directory / "sitecustomize.py").write_text(text)
        patch.syspath_prepend(str(directory))
        return cls(directory=directory)

    def dials(self) -> list[tuple[str, int]]:
        """Each address that was dialled or written to, in order, with its port."""
        lines = (self.directory / "dials").read_text().splitlines()
        return [(host, port) for host, port in map(json.loads, lines)]


def watch(log: str, names: Answers) -> None:
    """Note from now on in the file `log` what this process dials, and answer for `names`."""
    file = os.open(log, os.O_WRONLY | os.O_APPEND)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _SENDING and isinstance(arguments[1], tuple):
            os.write(file, json.dumps(arguments[1][:2]).encode() + b"\n")

    sys.addaudithook(note)
    service = _NameService(names)
    socket.getaddrinfo = service.getaddrinfo
    socket.gethostbyname = service.gethostbyname


class _NameService:
    """Stands before the system's own; the last answer for a name is its answer from then on."""

    def __init__(self, names: Answers) -> None:
        self._left = {name: list(answers) for name, answers in names.items()}
        self._getaddrinfo = socket.getaddrinfo
        self._gethostbyname = socket.gethostbyname

    def getaddrinfo(self, host: Any, *rest: Any, **more: Any) -> list[Any]:
        addresses = self._answer(host) or [host]
        return [one for each in addresses for one in self._getaddrinfo(each, *rest, **more)]

    def gethostbyname(self, host: Any) -> str:
        return self._gethostbyname((self._answer(host) or [host])[0])

    def _answer(self, host: Any) -> tuple[str, ...] | None:
        name = host.decode() if isinstance(host, bytes) else host
        left = self._left.get(name)
        return (left.pop(0) if len(left) > 1 else left[0]) if left else None
