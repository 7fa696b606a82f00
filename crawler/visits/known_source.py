"""A source as it is remembered between visits. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.discovery.sources import KEPT
from crawler.politeness.validators import Trust

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.discovery.announcement import SourceKind
    from crawler.discovery.sources import Reason
    from crawler.politeness.backoff import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSource:
    """A source as it was left by the last look at it.

    `standing` says why it is looked at or kept in reserve; None while nobody has judged it. `trouble` is
    None while its last look succeeded.
    """

    url: str
    kind: SourceKind | None = None
    found_by: str = "config"
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    moved_to: str | None = None
    standing: Reason | None = None
    trouble: Trouble | None = None
    detail: str | None = None
    trust: Trust = field(default_factory=Trust)
    looked_at: datetime | None = None

    @property
    def index(self) -> str | None:
        """The sitemap index that named it, if one did."""
        return self.found_by if "://" in self.found_by else None

    @property
    def kept(self) -> bool:
        return self.standing is None or self.standing in KEPT
