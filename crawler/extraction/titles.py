"""The headline: what most of the page's claims agree on, without the site's name round it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.extraction.publishers import compact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extraction.claims import Claim
    from crawler.extraction.publishers import Publisher

LONGEST = 400
_TAIL = re.compile(r"^(?P<head>.*\S)(?:\s+[-–—:·•~]+\s+|\s*[|»•｜：]\s*)(?P<tail>[^|»]{2,45})$")
_FRONT = re.compile(r"^(?P<name>[^|:»–—]{2,30}?)\s*(?:[|:»]|\s[-–—]\s)\s*(?P<rest>\S.{9,})$")
_CUT = re.compile(r"\s*(?:\.{3}|…)$")
_PAGE_NUMBER = re.compile(
    r"(?<=\S)\s+[-–—|]?\s*(?:halaman|page)\s+(?:all|semua|\d{1,2})$", re.IGNORECASE
)
_MOST_SUFFIXES = 3


def decide(claims: Sequence[Claim], publisher: Publisher) -> Claim | None:
    """The claim to believe, its value stripped; None where nothing is claimed."""
    usable = [claim for claim in claims if 0 < len(claim.value) <= LONGEST]
    plain = {compact(_PAGE_NUMBER.sub("", claim.value)) for claim in usable}
    stripped = [replace(claim, value=strip_site(claim.value, publisher, plain)) for claim in usable]
    named = [claim for claim in stripped if claim.value and not publisher.is_called(claim.value)]
    support = _support(named)
    return max(named, key=lambda claim: (support[compact(claim.value)], claim.weight), default=None)


def strip_site(title: str, publisher: Publisher, others: set[str] | None = None) -> str:
    """The title without the publisher's name before or after it.

    A last part is also taken off where what remains is, on its own, one of `others` (compacted).
    """
    front = _FRONT.match(title)
    if front is not None and publisher.is_called(front["name"]):
        title = front["rest"]
    for _ in range(_MOST_SUFFIXES):
        title = _PAGE_NUMBER.sub("", title)
        found = _TAIL.match(title)
        if found is None:
            break
        known = compact(found["head"]) in (others or set())
        if not (known or publisher.is_named_in(found["tail"])):
            break
        title = found["head"].strip()
    return title


def _support(claims: Sequence[Claim]) -> dict[str, float]:
    """How much weight stands behind each title; one that was cut short supports the whole one."""
    support: dict[str, float] = {}
    for claim in claims:
        key = compact(claim.value)
        support[key] = support.get(key, 0.0) + claim.weight
    for claim in claims:
        start = compact(_CUT.sub("", claim.value))
        whole = [key for key in support if key.startswith(start) and len(key) > len(start)]
        if _CUT.search(claim.value) and start and whole:
            support[max(whole, key=len)] += claim.weight
            support[compact(claim.value)] = 0.0
    return support
