"""Types of values that several of the crawler's sections of config.yaml hold."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator

from core.models import listed


def _web_address(url: str) -> str:
    if "@" in _authority(url):
        raise ValueError("a web address here must not carry a user name or password")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no web address: write https://…")
    if not _has_port(parts):
        raise ValueError("the port of a web address is a number up to 65535")
    return url


def _authority(url: str) -> str:
    """What stands where the host should, however little else is right."""
    return re.split("[/?#]", url.partition("://")[2] or url)[0]


def _has_port(parts: SplitResult) -> bool:
    """Whether its port can be one, or there is none."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An http or https address without credentials."""
WebAddresses = Annotated[
    tuple[WebAddress, ...], BeforeValidator(listed, json_schema_input_type=tuple[str, ...])
]
"""A list of such addresses."""
