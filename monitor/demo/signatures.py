"""Whether a post was signed by who knows the secret, after Standard Webhooks. Pure.

https://www.standardwebhooks.com. It is written apart from the code that signs, so that one can be
wrong without the other.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOLERANCE = timedelta(minutes=5)
_PREFIX = "whsec_"


class Verdict(StrEnum):
    """What a receiver thinks of a signature."""

    GENUINE = "genuine"
    UNSIGNED = "unsigned"
    STALE = "stale"
    FORGED = "forged"


def judge(headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime) -> Verdict:
    """The verdict on a body and its headers (names in lower case), `now` being the receiver's time.

    Raises ValueError for a secret that begins with whsec_ and is no base64.
    """
    identity = headers.get("webhook-id")
    timestamp = headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "").split()
    if not identity or not signatures or not (timestamp.isascii() and timestamp.isdigit()):
        return Verdict.UNSIGNED
    if abs(now.timestamp() - int(timestamp)) > _TOLERANCE.total_seconds():
        return Verdict.STALE
    expected = "v1," + _sign(f"{identity}.{timestamp}.".encode() + body, _key(secret))
    genuine = any(hmac.compare_digest(one.encode(), expected.encode()) for one in signatures)
    return Verdict.GENUINE if genuine else Verdict.FORGED


def _sign(signed: bytes, key: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _key(secret: str) -> bytes:
    if not secret.startswith(_PREFIX):
        return secret.encode()
    return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
