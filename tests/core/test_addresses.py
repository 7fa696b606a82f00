"""Which addresses may be dialled."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.addresses import AddressPolicy, literal_address
from core.errors import AddressRefusedError, SiagaError

PUBLIC = AddressPolicy()


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.31.0.1",
        "192.0.0.8",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.251",
        "255.255.255.255",
        "240.0.0.1",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "5f00::1",
        "3fff::1",
    ],
)
def test_addresses_that_are_not_of_the_public_network_are_refused(address: str) -> None:
    with pytest.raises(AddressRefusedError) as caught:
        PUBLIC.check("koran.example", address)
    assert (caught.value.host, caught.value.address) == ("koran.example", address)
    assert "koran.example" in str(caught.value)
    assert isinstance(caught.value, SiagaError)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "103.10.20.30",
        "100.128.0.1",
        "172.32.0.1",
        "::ffff:1.1.1.1",
        "2400:cb00::1",
        "2606:4700::1",
    ],
)
def test_public_addresses_may_be_dialled(address: str) -> None:
    PUBLIC.check("koran.example", address)


@given(st.ip_addresses())
def test_what_the_standard_library_calls_private_is_refused_too(address: object) -> None:
    found = ip_address(str(address))
    globally_routed = (
        "192.0.0.9",
        "192.0.0.10",
    )  # protocol assignments that we refuse all the same
    if found.is_private and str(found) not in globally_routed:
        assert PUBLIC.reason_against(found) is not None


def test_what_is_allowed_may_be_dialled_and_nothing_beside_it() -> None:
    policy = AddressPolicy.of(["127.0.0.0/8", "::1"])
    policy.check("localhost", "127.8.9.10")
    policy.check("localhost", "::ffff:127.0.0.1")
    policy.check("localhost", "::1")
    with pytest.raises(AddressRefusedError):
        policy.check("router", "192.168.0.1")
    assert policy.allowed == (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def test_what_is_no_network_cannot_be_allowed() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        AddressPolicy.of(["rumah"])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127.0.0.1.",
        "１２７.0.0.1",
        "127。0。0。1",
        "0",
        "0x0",
    ],
)
def test_an_address_is_known_however_it_is_written(host: str) -> None:
    with pytest.raises(AddressRefusedError):
        PUBLIC.check_literal(host)
    with pytest.raises(AddressRefusedError):
        PUBLIC.check_name(host)


@pytest.mark.parametrize(
    "host",
    [
        "koran.example",
        "1.2.3.4.example",
        "256.1.1.1",
        "1.2.3.4.5",
        "08.1",
        "0xg",
        "",
        ".",
        "1..2",
        "9" * 5_000,
        "٣",
    ],
)
def test_a_name_is_no_address(host: str) -> None:
    assert literal_address(host) is None


@given(st.integers(0, 2**32 - 1), st.sampled_from(["{}", "{:#x}", "0{:o}"]))
def test_every_way_to_write_a_number_is_the_same_address(number: int, form: str) -> None:
    assert literal_address(form.format(number)) == IPv4Address(number)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "x.localhost", "nas.local", "wiki.intranet", "a.home.arpa"]
)
def test_local_names_are_refused_behind_a_proxy(host: str) -> None:
    with pytest.raises(AddressRefusedError):
        PUBLIC.check_name(host)
    AddressPolicy.of(["127.0.0.0/8"]).check_name(host)


@pytest.mark.parametrize("host", ["koran.example", "localhost.example", "mylocal", "1.1.1.1"])
def test_public_names_pass_behind_a_proxy(host: str) -> None:
    PUBLIC.check_name(host)


def test_an_address_that_names_itself_is_not_shown_twice() -> None:
    with pytest.raises(
        AddressRefusedError, match=r"^127\.0\.0\.1 is not dialled: it is a loopback address"
    ):
        PUBLIC.check_literal("127.0.0.1")
