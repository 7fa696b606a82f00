"""Who wrote the pieces of a story: whom they credit, which is the original, who wrote on their own. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from core.text import folded_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from crawler.catalogue import Catalogue

MOSTLY_OWN = 0.5
"""Below this share of borrowed text a house wrote for itself."""
_HEAD = 600
_TAIL = 250

_AGENCIES = {
    "antara": "antara",
    "antara news": "antara",
    "antaranews": "antara",
    "ant": "antara",
    "reuters": "reuters",
    "afp": "afp",
    "ap": "ap",
    "associated press": "ap",
    "xinhua": "xinhua",
    "bernama": "bernama",
    "anadolu": "anadolu",
    "kyodo": "kyodo",
    "tass": "tass",
    "sputnik": "sputnik",
    "dpa": "dpa",
    "efe": "efe",
    "bloomberg": "bloomberg",
}
_AGENCY = "|".join(sorted(_AGENCIES, key=len, reverse=True))
_OUTLET = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|tv|news|co\.id|id|co)"
_NAMED = rf"(?P<name>{_AGENCY}|{_OUTLET})"
_CREDITS = (
    # MAKASSAR (ANTARA) - …  ·  (Antara/Budi)  ·  (Budi/Antara)
    re.compile(rf"\((?:[\w .]{{1,30}}/)?{_NAMED}(?:/[^)]{{0,40}})?\)", re.IGNORECASE),
    # seperti dikutip dari Antara  ·  melansir Reuters  ·  Sumber: kabar.example.com
    re.compile(
        r"\b(?:dikutip|dilansir|dilaporkan|disadur|mengutip|melansir|menukil|sumber)\b\s*:?\s*"
        rf"(?:dari|oleh)?\s*(?:kantor berita|laman|situs)?\s*{_NAMED}(?![\w-])",
        re.IGNORECASE,
    ),
    # Pewarta: ANTARA  ·  Antara/Budi, at the end
    re.compile(
        rf"\b(?:pewarta|penulis)\s*:\s*{_NAMED}\b|\b(?P<slash>antara|ant)/\w+\s*\Z", re.IGNORECASE
    ),
)


class Role(StrEnum):
    """What a piece is to its story."""

    ORIGINAL = "original"
    COPY = "copy"
    INDEPENDENT = "independent"  # it shares text, but most of it is the house's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One article of a story.

    `at` is when it was published, or first seen; `credit` names whom it took its text from; `covered` is
    the share of it that stands in the piece that it was found to be kin of, None for the one that
    began the story.
    """

    article: int
    site: str
    at: datetime
    credit: str | None = None
    covered: float | None = None


def credit(body: str, *, site: str, host: str) -> str | None:
    """The agency or outlet that a text names as its source: "antara", "kabar.com". None for its own house."""
    head, tail = body[:_HEAD], body[-_TAIL:]
    for form in _CREDITS:
        for part in (head, tail):
            for found in form.finditer(part):
                name = (found["name"] or found.groupdict().get("slash") or "").lower()
                name = _AGENCIES.get(name, name)
                if not is_house(name, site=site, host=host):
                    return name
    return None


def is_house(name: str, *, site: str, host: str = "") -> bool:
    """Whether a credited name is this publisher's: "antara" is antaranews.com's."""
    wanted = name.removeprefix("www.").partition(".")[0]
    labels = (*folded_words(site), *folded_words(host), "".join(folded_words(site)))
    return any(
        label == wanted or (len(wanted) > 3 and label.startswith(wanted)) for label in labels
    )


def original(members: Collection[Member]) -> Member:
    """The piece that the others are copies of.

    The one whose house the others credit; else the earliest that credits nobody; else the earliest.
    """
    credited = {one.credit for one in members if one.credit}
    sources = [one for one in members if any(is_house(name, site=one.site) for name in credited)]
    own = [one for one in members if one.credit is None]
    return min(sources or own or members, key=_earliest)


def roles(members: Collection[Member], groups: Mapping[str, str]) -> dict[int, Role]:
    """The role of every piece of a story, by article; `groups` names the publishing groups of sites."""
    first = original(members)
    house = group(first.site, groups)
    return {
        one.article: Role.ORIGINAL if one is first else _role(one, house, groups) for one in members
    }


def independent_groups(members: Collection[Member], groups: Mapping[str, str]) -> int:
    """How many publishing groups wrote a story for themselves; an agency whose text it is counts as one."""
    played = roles(members, groups)
    return len(
        {
            one.credit or group(one.site, groups)
            for one in members
            if played[one.article] is not Role.COPY
        }
    )


def group(site: str, groups: Mapping[str, str]) -> str:
    """The publishing group of a site: its own name where it belongs to none."""
    return groups.get(site) or site


def groups_of(members: Collection[Member], catalogue: Catalogue) -> dict[str, str]:
    """The publishing groups of a story's sites, as far as the catalogue knows them."""
    entries = (catalogue.get(one.site) for one in members)
    return {entry.name: entry.group for entry in entries if entry and entry.group}


def _role(member: Member, house: str, groups: Mapping[str, str]) -> Role:
    own = member.covered is not None and member.covered < MOSTLY_OWN
    elsewhere = group(member.site, groups) != house
    return Role.INDEPENDENT if own and elsewhere and member.credit is None else Role.COPY


def _earliest(member: Member) -> tuple[datetime, int]:
    return member.at, member.article
