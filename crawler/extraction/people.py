"""Names of people, out of bylines and claims: labels, roles, places and the site's own name stripped."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from core.text import clean_line
from crawler.extraction.publishers import compact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.extraction.publishers import Publisher

LONGEST = 60
_LONGEST_LIST = 300
_MOST_WORDS = 7


class Part(Enum):
    """What somebody did for an article."""

    AUTHOR = "author"
    EDITOR = "editor"


_AUTHORS = (
    r"penulis|reporter|pewarta|wartawan|jurnalis|kontributor|koresponden|laporan(?:\s+wartawan)?"
    r"|(?:ditulis|dilaporkan)\s+oleh|oleh|written\s+by|author|writer|by|rep"
)
_EDITORS = r"penyunting(?:\s+bahasa)?|editor|redaktur(?:\s+pelaksana)?|redaksi|diedit\s+oleh|edited\s+by|red"
_LABEL = re.compile(
    rf"(?:^|(?<=[\s|·•,;/(\-–—]))(?:(?P<author>{_AUTHORS})|(?P<editor>{_EDITORS}))\s*[:：]\s*",
    re.IGNORECASE,
)
# Without a colon only these open a byline, and only at its beginning.
_OPENING = re.compile(
    r"(?:(?P<author>oleh|ditulis\s+oleh|by|penulis|reporter|pewarta|laporan\s+wartawan)"
    r"|(?P<editor>editor|redaktur|penyunting))\s+(?=[A-Z])",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(
    rf"(?:(?P<author>{_AUTHORS})|(?P<editor>{_EDITORS}))\s*[:：]?", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s*(?:[,;|/•·]|\s&\s|\bdan\b|\band\b|\s[-–—]\s)\s*", re.IGNORECASE)
_STOP = re.compile(
    r"\s*(?:\||•|·|\s[-–—]\s|\d{1,2}[\s/.:-]|\b(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)\b|\bpada\b"
    r"|\b(?:sumber(?:\s+berita)?|foto|fotografer|uploader|copyright|tags?|topik)\b\s*[:：])",
    re.IGNORECASE,
)
_LEADING_ROLE = re.compile(
    r"^(?:(?:kontributor|koresponden|wartawan|jurnalis|reporter|penulis|pewarta|editor|redaktur|oleh|by|red)\b[\s:.]*)+",
    re.IGNORECASE,
)
_TRAILING_ROLE = re.compile(
    r"[\s,(/-]+(?:jurnalis|wartawan|reporter|kontributor|penulis|editor|pewarta|redaktur|kontributor\s.*)\)?$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*[(\[][^)\]]{0,40}[)\]]\s*")
_DOMAIN = re.compile(r"\w\.(?:com|co|id|net|org|tv|news)\b|https?:|@|www\.", re.IGNORECASE)
_NO_PERSON_WORDS = """
    pt cv redaksi admin administrator tim team media news newsroom online cyber siber network group
    developer webmaster desk superadmin root user editor reporter penulis wartawan jurnalis kontributor
    koresponden author unknown anonymous anonim berita indonesia id internet kantor rilis advertorial
    views view dibaca copyright artikel oleh rights reserved
"""
_NO_PERSON = frozenset(_NO_PERSON_WORDS.split())
_REGION = re.compile(
    r"(?:kota|kabupaten|kab|provinsi|daerah|jawa|sumatera|kalimantan|sulawesi|nusa|papua|kepulauan|bali|dki|gaya"
    r"|hukum|hiburan|olahraga|ekonomi|politik|dunia|info|kabar|warta|hot|sepak|tekno)\b",
    re.IGNORECASE,
)
_PLACES = re.compile(r"^(?:kontributor|koresponden)\s+\S+(?:\s\S+)?$", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w.'’`\- ]*")


def before_more(text: str) -> str:
    """A byline up to where a date, a time or another item begins."""
    stop = _STOP.search(text, 3)
    return text[: stop.start()] if stop is not None else text


def names(text: str, publisher: Publisher) -> tuple[str, ...]:
    """The people that a claim or the part of a byline after its label names, in order.

    >>> from crawler.extraction.publishers import publisher
    >>> names("Kontributor Bone, Andi Fitrah", publisher("https://koran.example/", ()))
    ('Andi Fitrah',)
    """
    found: dict[str, str] = {}
    if "://" in text or len(text) > _LONGEST_LIST:
        return ()
    for part in _BETWEEN.split(_BRACKETED.sub(" ", text)):
        if _PLACES.match(part.strip()):
            continue
        name = _person(part, publisher)
        if name:
            found.setdefault(compact(name), name)
    return tuple(found.values())


def byline(text: str, publisher: Publisher) -> dict[Part, tuple[str, ...]]:
    """What a labelled byline says: "Penulis: A | Editor: B". Empty for any other text."""
    labels = list(_LABEL.finditer(text))
    if not labels:
        opening = _OPENING.match(text)
        labels = [opening] if opening is not None else []
    said: dict[Part, tuple[str, ...]] = {}
    for at, label in enumerate(labels):
        end = labels[at + 1].start() if at + 1 < len(labels) else len(text)
        named = names(before_more(text[label.end() : end]), publisher)
        if named:
            said.setdefault(_part(label), named)
    return said


def bare_label(text: str) -> Part | None:
    """The part that a text names which is a label and nothing else; its people follow in the next block."""
    found = _BARE_LABEL.fullmatch(text.strip())
    return _part(found) if found is not None else None


def is_labelled(text: str) -> bool:
    """Whether somebody's part is named in a text: "Penulis: …"."""
    return bool(_LABEL.search(text))


def is_full(name: str) -> bool:
    """Whether a name has several parts, each with a capital, and is not a part of the country."""
    parts = name.split()
    capitals = all(part[0].isupper() for part in parts)
    return 2 <= len(parts) <= 4 and capitals and not _REGION.match(name)


def without(people: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """`people` less those among `others`."""
    gone = {compact(one) for one in others}
    return tuple(one for one in people if compact(one) not in gone)


def _part(found: re.Match[str]) -> Part:
    return Part.AUTHOR if found["author"] else Part.EDITOR


def _person(text: str, publisher: Publisher) -> str | None:
    name = clean_line(_TRAILING_ROLE.sub("", _LEADING_ROLE.sub("", clean_line(text)))).strip(
        " .,:;-–—"
    )
    if not name or len(name) > LONGEST or not _NAME.fullmatch(name) or _DOMAIN.search(name):
        return None
    parts = name.split()
    small = {part.casefold().strip(".") for part in parts}
    if len(parts) > _MOST_WORDS or small & _NO_PERSON or publisher.is_called(name):
        return None
    if len(name) < 3 or (publisher.is_named_in(name) and len(parts) < 3):
        return None
    return name if any(part[0].isupper() for part in parts) or len(parts) == 1 else None
