"""Text from the bits of HTML that feeds carry in titles and summaries. Pure.

Not for pages: those have a parser. A feed's bits are short, cut anywhere, escaped once or
twice, and as often no HTML at all ("harga < 5 ribu"): only what names an HTML element counts as a tag.
"""

from __future__ import annotations

import html
import re

from core.text import clean_line

MAX_CHARACTERS = 200_000
"""Of markup that is looked at; what a feed says beyond is left."""

_TAG = re.compile(
    r"<!--|<!\[CDATA\[|\]\]>|</?(?:[a-zA-Z]\w{0,20}:)?([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])[^<>]*>"
)
_CUT_TAG = re.compile(r"<(?:/?([a-zA-Z][a-zA-Z0-9]{0,20})(?:\s[^<>]*)?)?\Z")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_EMPTY_LINE = re.compile(r"\n\s*\n")
_HIDDEN = ("script", "style", "template", "noscript", "iframe", "object", "svg")
_HIDDEN_END = re.compile(rf"</(?:{'|'.join(_HIDDEN)})\b", re.IGNORECASE)
_ELEMENTS = {
    "\n\n": (
        "address article aside blockquote body dd div dl dt fieldset figcaption figure footer form"
        " h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody thead tr ul"
    ),
    "\n": "br td th",
    "": (
        "a abbr acronym audio b bdi bdo big button center cite code data del dfn em embed font i"
        " img input ins kbd label link map mark meta nobr o param picture q s samp small source span"
        " strike strong sub sup time tt u var video wbr"
    ),
}
_REPLACEMENTS = {name: text for text, names in _ELEMENTS.items() for name in names.split()}
_REPLACEMENTS.update(dict.fromkeys(_HIDDEN, ""))
"""What stands in the text for a tag of each HTML element."""


def line(markup: str | None) -> str | None:
    """One clean line of text; None when there is none."""
    return clean_line(_text(markup or "")) or None


def paragraphs(markup: str | None) -> str | None:
    """Clean text with an empty line between paragraphs; None when there is none."""
    lines = map(clean_line, _EMPTY_LINE.split(_text(markup or "").replace("\r\n", "\n")))
    return "\n\n".join(one for one in lines if one) or None


def _text(markup: str) -> str:
    text = markup[:MAX_CHARACTERS]
    for _ in range(2):  # many feeds escape their markup twice
        if "<" in text:
            text = _without_tags(text)
        if "&" in text:
            text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return text


def _without_tags(markup: str) -> str:
    parts: list[str] = []
    at = 0
    for tag in _TAG.finditer(markup):
        if tag.start() < at:
            continue
        replacement = _replacement(tag)
        if replacement is None:
            continue
        parts += (markup[at : tag.start()], replacement)
        at = _end_of_hidden(markup, tag)
    rest = markup[at:]
    cut = _CUT_TAG.search(rest)
    if cut is not None and (cut[1] is None or cut[1].lower() in _REPLACEMENTS):
        rest = rest[: cut.start()]
    return "".join((*parts, rest))


def _replacement(tag: re.Match[str]) -> str | None:
    """What stands for a tag in the text, or None when it is no tag."""
    return _REPLACEMENTS.get(tag[1].lower()) if tag[1] else ""


def _end_of_hidden(markup: str, tag: re.Match[str]) -> int:
    """Where the text goes on after a tag: behind the end of what is never shown."""
    if tag[0] == "<!--":
        end = markup.find("-->", tag.end())
        return len(markup) if end < 0 else end + 3
    if tag[1] and tag[1].lower() in _HIDDEN and tag[0][1] != "/" and not tag[0].endswith("/>"):
        end_tag = _HIDDEN_END.search(markup, tag.end())
        return end_tag.start() if end_tag else len(markup)
    return tag.end()
