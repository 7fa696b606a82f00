"""The time zones of Indonesia, as sites name them beside their dates. Pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_NAMED = re.compile(r"\b(WIB|WITA|WIT)\b", re.IGNORECASE)


_SHARE = 0.1
"""Of all texts; now and then one is another outlet's."""


def zone_named(texts: Iterable[str]) -> str | None:
    """The zone that most of those texts name that name one ("Rabu, 02 Januari 2019 11:18 WITA").

    None where hardly any of all the texts names it.
    """
    every = list(texts)
    named = Counter(match[1].upper() for text in every if (match := _NAMED.search(text)))
    if not named:
        return None
    ((zone, count),) = named.most_common(1)
    return ZONES[zone] if 2 * count > named.total() and count > _SHARE * len(every) else None
