"""Text as chat programs take it: inert, of a length, and in lines. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from alerts.render import plain, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from alerts.render import Picture

_JOINER = "\u2060"  # is not seen, and ends what a program takes for a link, a mention or a command
_OPENING_CHARACTERS = "@#/$:+."
_OPENERS = re.compile(r"(?<=[@#/$:+.])(?=\w)|(?<=[:/])(?=/)")


def text_of(shown: Picture) -> str:
    """An alert or a notice in plain lines: what every peer can take."""
    facts = " · ".join(filter(None, (shown.site, shown.published)))
    blocks = (
        shown.title_text,
        facts,
        plain(shown.snippet),
        shown.link or "",
        "\n".join(footer(shown)),
    )
    return "\n\n".join(block for block in blocks if block.strip())


def footer(shown: Picture) -> list[str]:
    """The lines on who is told why, and where else the story stands."""
    watchlists = [f"Watchlist: {', '.join(shown.watchlists)}"] if shown.watchlists else []
    also = [f"Juga di: {', '.join(shown.also_in)}"] if shown.also_in else []
    return [*watchlists, *also]


def lines_of(text: str) -> str:
    """A text of several lines with nothing in it that cannot be seen, and no two empty lines together."""
    lines = [visible(line).rstrip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") or "…"


def unlinked(text: str) -> str:
    """Text in which programs that look for addresses, mentions, tags and commands find none.

    An invisible character stands behind each that could begin one.
    """
    return _OPENERS.sub(_JOINER, text)


def around_links(text: str, links: Collection[str]) -> list[str]:
    """The text cut where one of these addresses stands by itself: every second part is an address."""
    if not links:
        return [text]
    any_of = "|".join(map(re.escape, sorted(links, key=len, reverse=True)))
    return re.split(rf"(?<![^\s(<\[])({any_of})(?![^\s)>\]])", text)


def with_links(
    text: str,
    links: Collection[str],
    limit: int,
    *,
    inert: Callable[[str], str],
    cost: Callable[[str], int],
    frame: Callable[[str], str] = str,
) -> str:
    """The text made inert but for the articles' own addresses, cut to a size; an address is never cut.

    `cost` is the most that a character takes once it is inert; `frame` puts an address into its marks.
    """
    shown: list[str] = []
    left = limit
    for index, part in enumerate(around_links(text, links)):
        is_address = index % 2 == 1
        kept = frame(part) if is_address else fit(part, left, size=cost)
        left -= sum(map(cost, kept))
        if left < cost("…"):
            if not is_address:
                shown.append(inert(kept))
            break
        shown.append(kept if is_address else inert(kept))
    return "".join(shown).strip() or "…"


def cost_of_unlinked(size: Callable[[str], int]) -> Callable[[str], int]:
    """The most that a character takes in a text that is `unlinked`."""
    return lambda character: (
        size(character) + (size(_JOINER) if character in _OPENING_CHARACTERS else 0)
    )


def fit(
    text: str,
    limit: int,
    *,
    escape: Callable[[str], str] = str,
    size: Callable[[str], int] = len,
) -> str:
    """The text, each character escaped, cut to a size, with an ellipsis where cut and no escape in half."""
    escaped = [escape(character) for character in text]
    if sum(map(size, escaped)) <= limit:
        return "".join(escaped)
    kept: list[str] = []
    left = limit - size("…")
    for part in escaped:
        left -= size(part)
        if left < 0:
            break
        kept.append(part)
    return "".join(kept).rstrip() + "…"


def utf16_units(text: str) -> int:
    """The length of a text as JavaScript counts it."""
    return len(text.encode("utf-16-le")) // 2


def utf8_bytes(text: str) -> int:
    return len(text.encode())


def as_json(data: Any) -> bytes:  # whatever JSON can hold
    """A payload that is the same for the same data."""
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
