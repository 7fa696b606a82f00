"""Which addresses a request may name, redirects included, and the proxy that it goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError
from twisted.internet.error import DNSLookupError

from core.errors import AddressRefusedError
from crawler.dialling import GuardedResolver, exempt_proxy_host, policy_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


class AddressMiddleware:
    """Raises AddressRefusedError for a request whose own words show that it must not be made.

    Without a proxy the resolver checks what is dialled; this catches address literals before that, in
    every notation. Behind a proxy it is the only check on the target, and it checks the proxy as well.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._policy = policy_of(settings)
        self._proxy: str | None = settings.get("SIAGA_PROXY")
        self._proxy_policy = None if exempt_proxy_host(settings) else self._policy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings)

    def process_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host:
            raise AddressRefusedError(host, request.url, "only http and https are fetched")
        if parts.username or parts.password or "\\" in request.url or _is_encoded(host):
            raise AddressRefusedError(host, host, "the address hides its host")
        self._policy.check_literal(host)
        if self._proxy:
            self._policy.check_name(host)
            self._go_through(request, self._proxy)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """What Twisted reports as a name that does not exist may be one that our resolver refused."""
        if not isinstance(exception, CannotResolveHostError | DNSLookupError):
            return
        dialled = urlsplit(self._proxy or request.url).hostname or ""
        refusal = resolver.refusal_of(dialled) if (resolver := _resolver()) else None
        if refusal is not None:
            raise refusal from exception

    def _go_through(self, request: Request, proxy: str) -> None:
        if self._proxy_policy is not None:
            self._proxy_policy.check_literal(urlsplit(proxy).hostname or "")
        request.meta["proxy"] = proxy


def _is_encoded(host: str) -> bool:
    """Whether a name hides behind percent signs, which some proxies and resolvers take off."""
    return "%" in host and ":" not in host  # an IPv6 address may name its zone so


def _resolver() -> GuardedResolver | None:
    """The resolver that the reactor uses, where it is ours."""
    from twisted.internet import reactor  # noqa: PLC0415  # importing it installs one, where none is yet

    resolver = getattr(reactor, "resolver", None)
    return resolver if isinstance(resolver, GuardedResolver) else None
