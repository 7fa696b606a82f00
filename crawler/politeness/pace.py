"""How long a publisher's servers are left alone between two requests. Pure.

One request at a time for each registered domain; the pause after it is the longest of what config.yaml
asks for, what robots.txt asks for, and what the site's own slowness suggests. The idea of the last is
Scrapy's AutoThrottle; theirs starts at five seconds, forgets between crawls and knows hosts only.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from core.addresses import literal_address
from crawler.urls import host_of, registered_domain

SHARE = 2.0
"""Pause for so many times what an answer takes: a site is busy with us a third of the time at most."""
QUICK = 0.05
"""Seconds of an answer that are the network's, and no sign of slowness."""
LONGEST = 30.0
"""Seconds of the longest pause that slowness alone brings about."""
_WEIGHT = 0.3  # of the newest answer: one slow page is forgotten after a few quick ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How quickly a domain answers: seconds, smoothed; None before the first answer."""

    latency: float | None = None

    def heard(self, seconds: float, *, well: bool) -> Pace:
        """The pace after an answer that took so long. An error, however quick, never makes us faster."""
        if self.latency is None:
            return Pace(latency=seconds)
        smoothed = self.latency + _WEIGHT * (seconds - self.latency)
        return Pace(latency=smoothed if well else max(smoothed, self.latency))


def pause(pace: Pace, *, asked: float) -> float:
    """Seconds to wait after an answer, where config.yaml and robots.txt ask for `asked`."""
    slowness = max((pace.latency or 0.0) - QUICK, 0.0)
    return max(asked, min(SHARE * slowness, LONGEST))


def house_of(url: str) -> str:
    """Whose servers an address asks: its registered domain.

    An address literal and a name without a dot have none: there each port is a house of its own.
    """
    host = host_of(url)
    if literal_address(host) is not None or "." not in host:
        return f"{host}:{urlsplit(url).port or ''}"
    return registered_domain(host)
