"""The time zones of Indonesia, as sites name them beside their dates. Pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_NAMED = re.compile(r"\b(WIB|WITA|WIT)\b", re.IGNORECASE)


def zone_named(texts: Iterable[str]) -> str | None:
    """The zone that most of these texts name ("Rabu, 02 Januari 2019 11:18 WITA"), or None."""
    named = Counter(match[1].upper() for text in texts if (match := _NAMED.search(text)))
    return ZONES[named.most_common(1)[0][0]] if named else None
