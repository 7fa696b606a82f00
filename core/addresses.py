"""Which hosts may be dialled: the ranges that no crawl and no webhook reaches unless allowed. Pure.

Our own table, after the IANA special-purpose registries (RFC 6890 and its updates): Python 3.11's
`is_private` misses several of these (CVE-2024-4032).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TYPE_CHECKING

from core.errors import AddressRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_RANGES: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "protocol assignments"),
    ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "AS112"),
    ("192.52.193.0/24", "AMT relay"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "AS112"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/96", "unspecified, loopback or IPv4-compatible"),
    ("::ffff:0:0:0/96", "embedded IPv4 (SIIT)"),
    ("64:ff9b::/96", "embedded IPv4 (NAT64)"),
    ("64:ff9b:1::/48", "embedded IPv4 (local NAT64)"),
    ("100::/64", "discard-only"),
    ("2001::/23", "protocol assignments"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "embedded IPv4 (6to4)"),
    ("2620:4f:8000::/48", "AS112"),
    ("3fff::/20", "documentation"),
    ("5f00::/16", "segment routing"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_REFUSED: tuple[tuple[Network, str], ...] = tuple((ip_network(net), why) for net, why in _RANGES)
_LOCAL_NAMES = re.compile(
    r"(?:.*\.)?(?:localhost|local|internal|intranet|lan|home\.arpa)\.?", re.IGNORECASE
)
_LOOPBACK_NAMES = re.compile(r"(?:.*\.)?localhost\.?", re.IGNORECASE)  # RFC 6761, 6.3
_IDEOGRAPHIC_DOTS = re.compile("[\u3002\uff61]")
_PART_LIMITS = {1: (2**32,), 2: (2**8, 2**24), 3: (2**8, 2**8, 2**16), 4: (2**8,) * 4}


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What may be dialled: everything public, and what lies in `allowed`."""

    allowed: tuple[Network, ...] = ()

    @classmethod
    def of(cls, networks: Iterable[str]) -> AddressPolicy:
        """A policy that allows these networks ("127.0.0.0/8", "::1") too; ValueError for what is none."""
        return cls(tuple(ip_network(network) for network in networks))

    def reason_against(self, address: Address) -> str | None:
        """Why this address is refused ("loopback"), or None when it may be dialled."""
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address in network for network in self.allowed):
            return None
        return next((why for network, why in _REFUSED if address in network), None)

    def check(self, host: str, address: str) -> None:
        """Raise AddressRefusedError unless `address`, to which `host` was resolved, may be dialled."""
        reason = self.reason_against(ip_address(address.partition("%")[0]))
        if reason is not None:
            raise AddressRefusedError(
                host, address, f"it is a {reason} address, which config.yaml does not allow"
            )

    def check_literal(self, host: str) -> None:
        """Raise AddressRefusedError for a host that is itself an address, however written, and refused."""
        literal = literal_address(host)
        if literal is not None:
            self.check(host, str(literal))

    def check_name(self, host: str) -> None:
        """Raise AddressRefusedError for a host that a proxy would resolve and that is plainly not public.

        For use behind a proxy, where the address dialled is never seen: address literals in every
        notation that resolvers take (decimal, octal, hexadecimal, short) and local names.
        """
        self.check_literal(host)
        host = _as_resolved(host)
        if _LOOPBACK_NAMES.fullmatch(host):
            self.check(host, "127.0.0.1")
        if _LOCAL_NAMES.fullmatch(host) and not self.allowed:
            raise AddressRefusedError(host, host, "it is a name of the local network")


def literal_address(host: str) -> Address | None:
    """The address that a host names by itself, as inet_aton and browsers read it; None for a name.

    >>> literal_address("0x7f.1")
    IPv4Address('127.0.0.1')
    """
    bare = _as_resolved(host).strip("[]").partition("%")[0].rstrip(".")
    try:
        return ip_address(bare)
    except ValueError:
        return _legacy_ipv4(bare)


def _as_resolved(host: str) -> str:
    """A host with the digits, letters and dots that IDNA makes of others, and without what it leaves out."""
    seen = "".join(one for one in host if unicodedata.category(one) != "Cf")
    return _IDEOGRAPHIC_DOTS.sub(".", unicodedata.normalize("NFKC", seen))


def _legacy_ipv4(host: str) -> IPv4Address | None:
    parts = host.split(".")
    limits = _PART_LIMITS.get(len(parts))
    if limits is None:
        return None
    try:
        numbers = [_legacy_number(part) for part in parts]
    except ValueError:
        return None
    if any(number >= limit for number, limit in zip(numbers, limits, strict=True)):
        return None
    value = numbers[-1]
    for index, number in enumerate(numbers[:-1]):
        value += number << (24 - 8 * index)
    return IPv4Address(value)


def _legacy_number(part: str) -> int:
    if not part or not part.isascii() or not part.isalnum():
        raise ValueError(part)
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8 if part[0] == "0" and len(part) > 1 else 10)
