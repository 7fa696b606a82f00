"""What readers see round the article: headline, date, bylines, tags, trail of sections."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from core.text import clean_line
from crawler.extraction import dates, people
from crawler.extraction.claims import Claim
from crawler.extraction.names import Role
from crawler.extraction.publishers import compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.extraction.body import Body
    from crawler.extraction.outline import Outline
    from crawler.extraction.people import Part
    from crawler.extraction.publishers import Publisher

SOURCE = "visible"
_HEADINGS = ("h1", "h2", "h3")
_TITLE_WEIGHTS = {"h1": 2.5, "h2": 0.8, "h3": 0.5}
_MOST_HEADINGS = 6
_LONGEST_BYLINE = 140
_AFTER = 20  # blocks
_MOST_TAGS = 20
_MOST_STEPS = 10


def titles(outline: Outline) -> tuple[Claim, ...]:
    """The first headings of the page; the more words, the likelier a headline."""
    found = [block for block in outline.blocks if block.tag in _HEADINGS and block.link_share < 0.9]
    return tuple(
        Claim(
            value=block.text,
            source=SOURCE,
            weight=_TITLE_WEIGHTS[block.tag] * min(1.0, len(block.text.split()) / 4),
        )
        for block in sorted(found, key=lambda block: block.tag)[:_MOST_HEADINGS]
    )


def title_block(outline: Outline, title: str) -> int | None:
    """The number of the block that is the headline, a heading before anything else."""
    key = compact(title)
    same = [
        number
        for number, block in enumerate(outline.blocks)
        if _may_begin(block.text, key) and compact(block.text) == key
    ]
    headings = [number for number in same if outline.blocks[number].tag in _HEADINGS]
    plain = [number for number in same if outline.blocks[number].link_share < 0.9]
    return next(iter(headings or plain), None)


def _may_begin(text: str, key: str) -> bool:
    """Whether the compacted text can begin as the key does: told from one letter, where that is plain."""
    first = text[:1]
    return not (first.isascii() and first.isalnum()) or key.startswith(first.lower())


def bylines(
    outline: Outline, *, title: int | None, body: Body | None, publisher: Publisher
) -> dict[Part, tuple[str, ...]]:
    """The people that labelled lines name, from just before the headline to just behind the text."""
    said: dict[Part, tuple[str, ...]] = {}
    for number in _neighbourhood(outline, title, body):
        block = outline.blocks[number]
        if len(block.text) > _LONGEST_BYLINE:
            continue
        for part, named in _labelled(outline, number, publisher).items():
            said.setdefault(part, named)
    return said


def _labelled(outline: Outline, number: int, publisher: Publisher) -> dict[Part, tuple[str, ...]]:
    text = outline.blocks[number].text
    part = people.bare_label(text)
    if part is None:
        return people.byline(text, publisher)
    beside = [at for at in (number + 1, number - 1) if 0 <= at < len(outline.blocks)]
    nearest = max(beside, key=lambda at: _shared(outline, number, at), default=number)
    other = outline.blocks[nearest].text
    named = people.names(other.lstrip(" :"), publisher) if len(other) <= _LONGEST_BYLINE else ()
    return {part: named} if named else {}


def _shared(outline: Outline, one: int, other: int) -> int:
    """The number of the smallest element that holds both blocks: the higher, the closer they stand."""
    around, place = outline.blocks[one].place, outline.blocks[other].place
    while not around <= place < outline.ends[around]:
        around = outline.parents[around]
    return around


def unlabelled_authors(
    outline: Outline, *, title: int | None, body: Body | None, publisher: Publisher
) -> tuple[str, ...]:
    """Names that stand alone in an element called author, or the like, near the headline or the end."""
    near = set(_neighbourhood(outline, title, body))
    for element in outline.called(Role.PEOPLE):
        span = outline.span(element)
        if not span or span[0] not in near or len(span) > 4:
            continue
        for number in span:
            text = outline.blocks[number].text
            named = (
                people.names(people.before_more(text), publisher)
                if len(text) <= _LONGEST_BYLINE
                else ()
            )
            if named and len(named[0].split()) > 1:
                return named
    return ()


def beside_date(
    outline: Outline, *, title: int | None, body: Body | None, publisher: Publisher
) -> tuple[str, ...]:
    """A name that stands before the date on the same line: "Sitti Aminah | Rabu, 2 Januari 2019"."""
    for number in _neighbourhood(outline, title, body):
        text = outline.blocks[number].text
        stamp = dates.read(text) if len(text) <= _LONGEST_BYLINE else None
        if stamp is not None:
            before = text[: max(0, text.find(stamp.text))]
            named = people.names(before.strip(" |-–—·•,"), publisher)
            return named if named and all(map(people.is_full, named)) else ()
    return ()


def signature(outline: Outline, *, body: Body | None, publisher: Publisher) -> tuple[str, ...]:
    """A name in bold on a line of its own under the text."""
    if body is None:
        return ()
    for block in outline.blocks[body.last + 1 : body.last + 3]:
        bold = block.strong >= len(block.text) and 2 <= len(block.text.split()) <= 4
        if bold and block.text.replace(".", "").replace("|", " ").isupper():
            return people.names(block.text.partition("|")[0], publisher)
    return ()


def _neighbourhood(outline: Outline, title: int | None, body: Body | None) -> Iterator[int]:
    """Block numbers from a little before the headline to the text, then behind it."""
    first = body.first if body else 0
    start = max(0, (first if title is None else title) - 8)
    yield from range(start, max(start, first))
    last = body.last if body else first
    yield from range(max(first, last - 2), min(len(outline.blocks), last + _AFTER))


def tags(outline: Outline, *, body: Body | None) -> tuple[Claim, ...]:
    """The texts of the links in the first element called tags behind the beginning of the text."""
    start = outline.blocks[body.first].place if body and outline.blocks else 0
    for number in outline.called(Role.TAGS):
        element = outline.elements[number]
        if number <= start:
            continue
        links = islice(element.iter("a"), _MOST_TAGS + 1)
        words = [word for link in links if (word := clean_line("".join(link.itertext())))]
        if 0 < len(words) <= _MOST_TAGS:
            return tuple(Claim(value=word, source=SOURCE) for word in words)
    return ()


def sections(outline: Outline, publisher: Publisher) -> tuple[Claim, ...]:
    """The last steps of the trail of breadcrumbs, the nearest first."""
    for number in outline.called(Role.TRAIL):
        links = islice(outline.elements[number].iter("a"), _MOST_STEPS)
        steps = [clean_line("".join(link.itertext())) for link in links]
        named = [
            step
            for step in steps
            if step and step.casefold() not in ("home", "beranda") and not publisher.is_called(step)
        ]
        if named:
            return tuple(Claim(value=step, source=SOURCE) for step in reversed(named))
    return ()
