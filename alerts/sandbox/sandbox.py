"""Runs message templates in a child process of few rights, which can be ended in the middle of one."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from alerts.sandbox.limits import MOST_TEMPLATE, SECONDS
from core import children
from core.errors import SiagaError
from core.models import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping


class TemplateError(SiagaError):
    """A template cannot be read or rendered; `line` counts from 1 and is None where it is not known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason = reason
        self.line = line
        super().__init__(reason if line is None else f"line {line}: {reason}")


class TemplateTooSlowError(TemplateError):
    """A template had to be ended."""


class Sandbox:
    """Renders templates; starts its process when it is first needed, and again after it was lost.

    Safe to share between threads: one waits for the other. The process ends with its owner.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._end: weakref.finalize[..., Any] | None = None

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """The text of a template, cut at its limit; raises TemplateError."""
        return self._run(template, values, check=False)

    def check(self, template: str, values: Mapping[str, Any]) -> str:
        """As render, and a name that stands for nothing is an error wherever it stands."""
        return self._run(template, values, check=True)

    def close(self) -> None:
        """End the process, if there is one."""
        if self._end is not None:
            self._end()
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, template: str, values: Mapping[str, Any], *, check: bool) -> str:
        if len(template) > MOST_TEMPLATE:
            raise TemplateError(f"it is longer than {MOST_TEMPLATE} characters")
        with self._turn:
            answer = self._ask({"template": template, "values": values, "check": check})
        if "unknown" in answer:
            name = answer["unknown"]
            hint = suggest(name, values)
            raise TemplateError(f"an alert has no {name!r}{hint}", answer["line"])
        if "error" in answer:
            raise TemplateError(answer["error"], answer["line"])
        text = str(answer["text"]).strip()
        if not text:
            raise TemplateError("it gives no text")
        return text

    def _ask(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        process = self._started()
        line = ""
        with suppress(OSError):  # it has ended; what it says is then nothing
            _pipe(process.stdin).write(json.dumps(request) + "\n")
            _pipe(process.stdin).flush()
            line = _pipe(process.stdout).readline()
        if line:
            answer: Mapping[str, Any] = json.loads(line)
            return answer
        status = process.wait()
        self.close()
        if status == -signal.SIGALRM:
            raise TemplateTooSlowError(f"it takes longer than {SECONDS:.0f} s")
        raise TemplateError(f"the process that renders it ended with {status}")

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  # our own module
                children.command("alerts.sandbox.child"),
                env=children.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # Ctrl-C is for the daemon, which then ends this
            )
            self._end = weakref.finalize(self, _end, self._process)
        return self._process


def _pipe(pipe: Any) -> Any:  # Popen leaves open whether it has pipes
    return pipe


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what was not written yet cannot be
                pipe.close()
