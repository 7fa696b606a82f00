"""Types of values that several of the crawler's sections of config.yaml hold."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from core.models import listed


def _web_address(url: str) -> str:
    if "@" in url.partition("://")[2].partition("/")[0] or ("@" in url and "://" not in url):
        raise ValueError("a web address here must not carry a user name or password")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no web address: write https://…")
    return url


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An http or https address without credentials."""
WebAddresses = Annotated[tuple[WebAddress, ...], BeforeValidator(listed)]
"""A list of such addresses."""
