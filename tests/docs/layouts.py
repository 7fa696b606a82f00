"""What a reader sees of each channel's message, as lines of words in styles, from the payload itself."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tests.docs.messages import example_of, payload_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Run = tuple[str, str]
"""Words, and the attributes of the <tspan> that they stand in."""
Line = tuple[str, list[Run]]
"""The name of a style ("header", "rich_text", "context"), and what is set in it."""

_LINK = 'fill="#1264a3"'
_BOLD = 'font-weight="bold"'
_MARKED_PART = re.compile(r"(\*\*.+?\*\*)")
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
_JOINER = "\u2060"


def lines_of(kind: str) -> list[Line]:
    """The docs' alert as this kind of channel shows it."""
    return list(_LAYOUTS[kind](json.loads(payload_of(example_of(kind)))))


def _slack(message: Any) -> Iterator[Line]:
    for block in message["blocks"]:
        match block["type"]:
            case "header":
                yield "header", [(block["text"]["text"], "")]
            case "context":
                words = "   ".join(element["text"] for element in block["elements"])
                yield "context", [(words, "")]
            case _:
                parts = [element for part in block["elements"] for element in part["elements"]]
                yield "rich_text", [_slack_run(element) for element in parts]


def _slack_run(element: Any) -> Run:
    if element["type"] == "link":
        return element["text"], _LINK
    return element["text"], _BOLD if "style" in element else ""


def _discord(message: Any) -> Iterator[Line]:
    (embed,) = message["embeds"]
    yield "context", [(embed["author"]["name"], "")]
    yield "header", [(_ESCAPED.sub(r"\1", embed["title"]), _LINK)]
    parts = _MARKED_PART.split(embed["description"])
    yield "rich_text", [_discord_run(part) for part in parts if part]
    for line in embed["footer"]["text"].split("\n"):
        yield "context", [(line, "")]


def _discord_run(part: str) -> Run:
    bold = part.startswith("**")
    return _ESCAPED.sub(r"\1", part.strip("*") if bold else part), _BOLD if bold else ""


def _telegram(message: Any) -> Iterator[Line]:
    text, line = message["text"].encode("utf-16-le"), list[Run]()
    for words, attributes in _telegram_runs(text, message["entities"]):
        first, *rest = words.split("\n")
        line.append((first, attributes))
        for part in rest:
            yield "rich_text", line
            line = [(part, attributes)]
    yield "rich_text", line


def _telegram_runs(text: bytes, entities: Sequence[Any]) -> Iterator[Run]:
    at = 0
    for entity in entities:
        start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
        yield _seen(text[at:start].decode("utf-16-le")), ""
        attributes = _LINK if entity["type"] == "text_link" else _BOLD
        yield _seen(text[start:end].decode("utf-16-le")), attributes
        at = end
    yield _seen(text[at:].decode("utf-16-le")), ""


def _ntfy(message: Any) -> Iterator[Line]:
    yield "header", [(_seen(message["title"]), "")]
    for line in message["message"].split("\n"):
        yield "rich_text", [(_seen(line), "")]


def _teams(message: Any) -> Iterator[Line]:
    card = message["attachments"][0]["content"]
    for block in card["body"]:
        first = block["inlines"][0]
        style = "context" if first.get("isSubtle") else "rich_text"
        runs = [(_seen(run["text"]), _teams_style(run)) for run in block["inlines"]]
        yield ("header" if first.get("size") == "Large" else style), runs
    for action in card["actions"]:
        yield "rich_text", [(f"[ {action['title']} ]", _LINK)]


def _teams_style(run: Any) -> str:
    return f'{_BOLD} fill="#8a5a00"' if run.get("highlight") else ""


def _seen(text: str) -> str:
    return text.replace(_JOINER, "")


_LAYOUTS: Mapping[str, Callable[[Any], Iterator[Line]]] = {
    "discord": _discord,
    "ntfy": _ntfy,
    "slack": _slack,
    "teams": _teams,
    "telegram": _telegram,
}
