"""What a response says of itself beside its body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import TextResponse

from crawler.politeness.redirects import Arrival

if TYPE_CHECKING:
    from scrapy.http import Response


def charset_of(response: Response) -> str | None:
    """The charset that the HTTP header names, if it names one."""
    if not isinstance(response, TextResponse):
        return None
    declared = (header_of(response, "Content-Type") or "").partition("charset=")[2]
    return declared.split(";")[0].strip(" \"'") or None


def header_of(response: Response, name: str) -> str | None:
    """What a header says; None where it is missing or empty."""
    value = response.headers.get(name)
    return value.decode("latin-1").strip() or None if value else None


def arrival_of(response: Response) -> Arrival:
    """Where the request arrived, and by which redirects."""
    reasons = response.meta.get("redirect_reasons", []) if response.request else []
    return Arrival(url=response.url, statuses=tuple(reasons))
