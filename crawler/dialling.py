"""The dial-time check of crawling: no name leads anywhere that config.yaml does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.resolver import CachingThreadedResolver

from core.addresses import AddressPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred


def policy_of(settings: BaseSettings) -> AddressPolicy:
    """What may be dialled, after the settings of a Scrapy project."""
    return AddressPolicy.of(settings.getlist("SIAGA_ALLOW_PRIVATE"))


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, which also sees address literals, with a check of every address it gives.

    It speaks IPv4 only, as the one it extends. A proxy that is allowed its own private address is
    exempt by its host name; what lies behind a proxy is AddressMiddleware's to check.
    """

    def __init__(
        self, reactor: ReactorBase, cache_size: int, timeout: float, settings: BaseSettings
    ) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._policy = policy_of(settings)
        self._exempt = exempt_proxy_host(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        return cls.from_settings(crawler.settings, reactor)

    @classmethod
    def from_settings(cls, settings: BaseSettings, reactor: ReactorBase) -> Self:
        size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        return cls(reactor, size, settings.getfloat("DNS_TIMEOUT"), settings)

    def getHostByName(  # noqa: N802  # Twisted's name
        self, name: str, timeout: Sequence[int] = ()
    ) -> Deferred[str]:
        resolved = super().getHostByName(name, timeout)
        return resolved.addCallback(self._check, name)

    def _check(self, address: Any, name: str) -> Any:
        if name != self._exempt:
            self._policy.check(name, address)
        return address


def exempt_proxy_host(settings: BaseSettings) -> str | None:
    """The host of a proxy that is allowed its own private address, or None."""
    proxy = settings.get("SIAGA_PROXY")
    if not proxy or not settings.getbool("SIAGA_PROXY_ALLOW_PRIVATE"):
        return None
    return urlsplit(str(proxy)).hostname
