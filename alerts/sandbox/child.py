"""The process that renders message templates, one JSON line a request, and may be lost at any time.

A request is `{"template", "values", "check"}`; the answer `{"text"}`, or `{"line", "error"}`, or for a
check `{"line", "unknown"}` with a name that stands for nothing. A template that takes too long ends
the process: nothing in Python could stop one that is busy in C.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from alerts.sandbox.limits import MOST_MEMORY, MOST_TEXT, SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

_LONGEST_REASON = 200
_SOURCE = "<template>"  # what Jinja calls the file of a template that came as text


def main() -> None:
    with suppress(ValueError, OSError):  # not every system can limit it; the time stays limited
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    environment = make_environment()
    for line in sys.stdin:
        request = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)  # its default is to end the process
        text = json.dumps(answer(environment, request))
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def make_environment() -> Environment:
    """Names that stand for nothing are errors, and nothing gives another text at another time."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,  # it gives plain text; each channel escapes for its peer
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    del environment.globals["lipsum"], environment.filters["random"]
    return environment


def answer(environment: Environment, request: Mapping[str, Any]) -> dict[str, Any]:
    try:
        if request["check"]:
            unknown = unknown_name(environment, request["template"], request["values"])
            if unknown is not None:
                return {"line": unknown.lineno, "unknown": unknown.name}
        return {"text": render(environment, request["template"], request["values"])}
    except MemoryError:
        return {"line": None, "error": "it takes too much memory"}
    except TemplateSyntaxError as error:
        return {"line": error.lineno, "error": _cut(error.message or "it cannot be read")}
    except Exception as error:  # noqa: BLE001  # whatever a template does is an answer
        return {"line": _line_of(error), "error": _cut(_words_of(error))}


def unknown_name(
    environment: Environment, template: str, values: Mapping[str, Any]
) -> nodes.Name | None:
    """The first name in a template that is neither a value, nor its own, nor one of Jinja's."""
    tree = environment.parse(template)
    unknown = meta.find_undeclared_variables(tree) - values.keys() - environment.globals.keys()
    return next((node for node in tree.find_all(nodes.Name) if node.name in unknown), None)


def render(environment: Environment, template: str, values: Mapping[str, Any]) -> str:
    """The text, cut at its limit; no more of the template is run than that takes."""
    text = ""
    for piece in environment.from_string(template).generate(values):
        text += piece
        if len(text) > MOST_TEXT:
            return text[: MOST_TEXT - 1] + "…"
    return text


def _line_of(error: Exception) -> int | None:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == _SOURCE]
    return lines[-1] if lines else None


def _words_of(error: Exception) -> str:
    if isinstance(error, UndefinedError | SecurityError):
        return str(error)
    if isinstance(error, TypeError) and "loader" in str(error):
        return "it cannot include another template"
    return f"{type(error).__name__}: {error}"


def _cut(text: str) -> str:
    return text[:_LONGEST_REASON]


if __name__ == "__main__":
    main()
