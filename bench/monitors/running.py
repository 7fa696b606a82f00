"""A monitor under way: started, killed, started again, and what it uses meanwhile."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Self

from bench.monitors import trees

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from bench.monitors.tools import Tool


class Running:
    """Runs inside its `with` block; what it says goes to `said.log` in its folder."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.peak_megabytes = 0.0
        self._log = (tool.folder / "said.log").open("ab")

    def __enter__(self) -> Self:
        self._start(self.tool.begin)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._kill()
        self._log.close()

    def kill_and_start_again(self) -> None:
        self._kill()
        self._start(self.tool.again)

    def cpu_seconds(self) -> float:
        """Since it was last started."""
        return trees.cpu_seconds(self._process.pid)

    def note_memory(self) -> None:
        now = trees.proportional_megabytes(self._process.pid)
        self.peak_megabytes = max(self.peak_megabytes, now)

    def _start(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=self.tool.folder,
            env=dict(self.tool.environment),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def _kill(self) -> None:
        trees.kill(self._process.pid)
        self._process.wait()
