"""Whose page this is: the host's brand and the names that the page gives its site; what belongs to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from core.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.extraction.claims import Claim

_NOT_WORD = re.compile(r"[\W_]+")
_SECOND_LEVEL_LABELS = "co go or ac web my sch desa mil biz net org com gov edu ponpes"
_SECOND_LEVEL = frozenset(_SECOND_LEVEL_LABELS.split())
_FRONT_PAGES = frozenset({"", "/", "/index.html", "/index.php", "/index.htm", "/home"})
_DOMAIN = re.compile(r"\b[\w-]+(?:\.(?:com|co|id|net|org|tv|news|info|my))+\b", re.IGNORECASE)


def compact(text: str) -> str:
    """Letters and digits only, folded: for telling whether two names or titles are the same.

    >>> compact("ANTARA News")
    'antaranews'
    """
    return _NOT_WORD.sub("", fold(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """`brand` is the host's registered label ("kompas"), `names` what the page calls its site, compacted."""

    brand: str
    names: frozenset[str]

    def is_called(self, text: str) -> bool:
        """Whether the text is nothing but the publisher's name: "KORAN.com", "Koran.co"."""
        name = compact(_DOMAIN.sub(lambda found: found[0].partition(".")[0], text))
        return bool(name) and (
            name == self.brand or name in self.names or compact(text) in self.names
        )

    def is_named_in(self, text: str) -> bool:
        """Whether a short text is the publisher or a part of it: "Koran Gaya", "Today Koran.com"."""
        name = compact(text)
        return (
            self.is_called(text)
            or (len(self.brand) > 2 and self.brand in name)
            or _among(name, self.names)
        )


def _among(name: str, names: frozenset[str]) -> bool:
    return len(name) > 3 and any(
        name.startswith(one) or one.startswith(name) for one in names if len(one) > 3
    )


def publisher(url: str, sites: Iterable[Claim]) -> Publisher:
    named = {compact(claim.value) for claim in sites if not claim.value.startswith("http")}
    return Publisher(brand=compact(_registered(_host(url))[0]), names=frozenset(named - {""}))


def canonical(url: str, addresses: Iterable[Claim]) -> tuple[str, str | None]:
    """The address that the page calls its own and where it says so, or the given one and None.

    Refused: no http address, another publisher's, the front page.
    """
    for claim in addresses:
        address = absolute(claim.value, url)
        if (
            address
            and _registered(_host(address)) == _registered(_host(url))
            and not is_front(address)
        ):
            return address, claim.source
    return url, None


def absolute(address: str, url: str) -> str | None:
    """An http or https address, made absolute, or None."""
    try:
        joined = urljoin(url, address.strip())
        parts = urlsplit(joined)
    except ValueError:
        return None
    if ":/" in parts.path:
        return None  # two addresses run together
    usable = (
        parts.scheme in ("http", "https") and parts.hostname and not re.search(r"[\s<>\"]", joined)
    )
    return joined if usable and address.strip() else None


def is_front(address: str) -> bool:
    """Whether an address is a site's front page."""
    return path_of(address).lower() in _FRONT_PAGES and "?" not in address and bool(_host(address))


def path_of(address: str) -> str:
    """The path of an address, empty for what is none."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _registered(host: str) -> tuple[str, ...]:
    """The labels of the registered domain: ("kompas", "com"), ("republika", "co", "id")."""
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return tuple(labels[-3:] if short else labels[-2:])
