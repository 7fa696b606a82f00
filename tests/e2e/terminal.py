"""A program on a terminal of its own: a real pseudo-terminal, and what it showed."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.e2e.program import Program

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """Killed at the end of the block if it is still there."""

    def __init__(self, command: Sequence[str], program: Program) -> None:
        self._said: list[bytes] = []
        self._ours, theirs = pty.openpty()
        environment = {**program._environment(), "TERM": "xterm-256color", "COLUMNS": "120"}
        self.process = subprocess.Popen(
            command,
            cwd=program.directory,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._listener = threading.Thread(target=self._listen)

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._listener.join()
        os.close(self._ours)

    @property
    def text(self) -> str:
        """Everything that was shown so far, one screen after the other, without colours."""
        return _CONTROL.sub("", b"".join(self._said).decode("utf-8", "replace"))

    def shows(self, words: str) -> bool:
        return words in self.text

    def _listen(self) -> None:
        try:
            while data := os.read(self._ours, 4096):
                self._said.append(data)
        except OSError:  # Linux's word for the end of a terminal's output
            return
