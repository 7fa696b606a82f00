"""Addresses that must lead to no connection, by the trick that each of them plays.

`{port}` is where something listens on this machine. Names under `.uji` are answered as in NAMES.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LITERALS: Mapping[str, tuple[str, ...]] = {
    "plain": ("127.0.0.1", "127.8.9.10", "0.0.0.0", "localhost", "LOCALHOST", "localhost."),
    "decimal": ("2130706433", "0", "3232235777"),
    "octal": ("017700000001", "0177.0.0.1", "0177.0.0.01", "00000177.0.0.1"),
    "hexadecimal": ("0x7f000001", "0x7f.0.0.1", "0x7F.0x0.0x0.0x1", "0x7f.1"),
    "short": ("127.1", "127.0.1", "10.1", "0x0a.1"),
    "a dot at the end": ("127.0.0.1.", "10.0.0.1."),
    "other digits and dots": (
        "\uff11\uff12\uff17.0.0.1",
        "127\u30020\u30020\u30021",
        "127\uff0e0\uff0e0\uff0e1",
        "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460",
        "\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54",
        "local\u00adhost",
    ),
    "percent-encoded": ("%31%32%37.0.0.1", "127%2e0%2e0%2e1", "loc%61lhost"),
    "private": ("10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1"),
    "other ranges": ("100.64.0.1", "198.18.0.1", "192.0.0.8", "203.0.113.9", "224.0.0.251"),
    "metadata of clouds": ("169.254.169.254", "100.100.100.200", "[fd00:ec2::254]"),
    "IPv6": ("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[fd12::1]", "[fec0::1]", "[ff02::1]"),
    "a zone": ("[fe80::1]", "[fe80::1%25eth0]", "[::1%25lo]"),
    "IPv4 in IPv6": (
        "[::ffff:127.0.0.1]",  # mapped
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",  # compatible
        "[::ffff:0:127.0.0.1]",  # SIIT
        "[64:ff9b::7f00:1]",  # NAT64
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",  # 6to4
        "[2001:0:7f00:1::]",  # Teredo
    ),
}
"""Hosts that name a place of their own, or this machine."""

NAMES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "dalam.uji": (("127.0.0.1",),),
    "kantor.uji": (("192.168.1.10",),),
    "awan.uji": (("169.254.169.254",),),
    "cgnat.uji": (("100.64.3.4",),),
    "nol.uji": (("0.0.0.0",),),
    "campur.uji": (("10.0.0.1", "127.0.10.1"),),
    "127.0.0.1.uji": (("127.0.0.1",),),
    "www.dalam.uji": (("127.0.0.53",),),
}
"""What the name service answers, in turn; every answer is a list of addresses."""
NAMES_IN_IPV6: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "enam.uji": (("::1",),),
    "terpeta.uji": (("::ffff:10.0.0.1",),),
    "campur-enam.uji": (("127.0.10.1", "fd00::1"),),
}
"""The same, for who asks for addresses of both kinds."""

WHOLE = (
    # Where does the host begin, and where does it end?
    "http://ani:rahasia@127.0.0.1:{port}/",
    "http://koran.example@127.0.0.1:{port}/",
    "http://koran.example:80@127.0.0.1:{port}/",
    "http://koran.example%40127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@koran.example/",
    "http://koran.example\\@127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@koran.example/",
    "http://127.0.0.1:{port}?@koran.example/",
    "http://127.0.0.1:{port};@koran.example/",
    "http:///127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http://[::1]koran.example:{port}/",
    "http://127.0.0.1\t:{port}/",
    "http://127.0.0.1:{port}:80/",
    "http://127.0.0.1:0{port}/",
    "https://127.0.0.1:{port}/",
    # Only http and https are spoken.
    "file:///etc/hostname",
    "file://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_GET",
    "dict://127.0.0.1:{port}/",
    "ws://127.0.0.1:{port}/",
    "s3://127.0.0.1:{port}/",
    "data:text/xml,<rss/>",
    "javascript:alert(1)",
    "jar:http://127.0.0.1:{port}!/",
)
"""Addresses that are odd as a whole."""


def literal_addresses(port: int) -> list[str]:
    """Every address with one of LITERALS as its host."""
    return [f"http://{host}:{port}/" for hosts in LITERALS.values() for host in hosts]


def addresses(port: int, names: Mapping[str, object]) -> list[str]:
    """The whole corpus, with these names."""
    named = [f"http://{name}:{port}/" for name in names]
    return literal_addresses(port) + named + [form.format(port=port) for form in WHOLE]
