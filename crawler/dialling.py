"""The dial-time check of crawling: no name leads anywhere that config.yaml does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.datatypes import LocalCache
from twisted.internet.error import DNSLookupError

from core.addresses import AddressPolicy
from core.errors import AddressRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred


MAX_REMEMBERED = 1_000


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
        self._refused: dict[str, AddressRefusedError] = LocalCache(MAX_REMEMBERED)

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
        if name.lower() == self._exempt:
            return address
        try:
            self._policy.check(name, address)
        except AddressRefusedError as error:
            # Twisted passes no reason on to who wants to connect, and shouts about any error but this.
            self._refused[name.lower()] = error
            raise DNSLookupError(str(error)) from error
        self._refused.pop(name.lower(), None)
        return address

    def refusal_of(self, name: str) -> AddressRefusedError | None:
        """Why the name was refused when it was last resolved, if it was."""
        return self._refused.get(name.lower())


def install_resolver(settings: BaseSettings) -> None:
    """Have the running reactor resolve names by these settings.

    Scrapy's process classes install a resolver before any spider's settings are known, its runners none.
    """
    from twisted.internet import reactor  # noqa: PLC0415  # importing it installs one, where none is yet

    GuardedResolver.from_settings(settings, cast("ReactorBase", reactor)).install_on_reactor()


def exempt_proxy_host(settings: BaseSettings) -> str | None:
    """The host of a proxy that is allowed its own private address, or None."""
    proxy = settings.get("SIAGA_PROXY")
    if not proxy or not settings.getbool("SIAGA_PROXY_ALLOW_PRIVATE"):
        return None
    return urlsplit(str(proxy)).hostname
