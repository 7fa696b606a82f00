"""Seeds, and what is made of them: cut, doubled, joined, and sprinkled with what readers trip over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

SEEDS = Path(__file__).parent / "seeds"
LONGEST = 50_000
NASTY = (
    b"<![CDATA[", b"]]>", b"<!--", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>&b;",
    b"&#0;", b"&#x110000;", b"&#xD800;", b"&amp;", b"<a", b"</", b"<div>" * 300, b"\x00", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\xed\xa0\x80", "\u202e\u200b\u2028".encode(), "\u0130\u0131\ufb03".encode(),
    b"\\ud800", b"[" * 500, b"{" * 500, b'"', b"'", b"(", b")", b"/(a|b)*/", b"9" * 500, b"-1", b"1e999",
    b"javascript:alert(1)", b"data:text/html,x", b"http://[::1", b"//", b"http://a:b@c/", b"%00", b"\\@",
    b"31 Februari 2019 24:60", b"0000-00-00T00:00:00Z", b"9999-12-31T23:59:59+23:59", b"NaN", b"${", b"${A}",
    b"*a", b"&a ", b"!!python/object:os.system ", b"? ", b"- " * 200, b": ", b"|\n", b" NEAR/99999999999 ",
    b" NOT ", b" OR ", b"{9999999999,}", b"~", b"@", b"\r\n", b"\t",
)  # fmt: skip
_Mutation = st.tuples(
    st.sampled_from(["cut", "double", "insert", "replace", "join"]),
    st.integers(0, LONGEST),
    st.integers(0, 40),
    st.sampled_from(NASTY) | st.binary(max_size=8),
)


def seeds_of(reader: str) -> Sequence[bytes]:
    """Every seed of a reader, in the order of their names."""
    return [path.read_bytes() for path in sorted((SEEDS / reader).iterdir())]


def mutants(reader: str) -> st.SearchStrategy[bytes]:
    """Inputs made of a reader's seeds."""
    seeds = seeds_of(reader)
    some = st.lists(_Mutation, max_size=6)
    return st.builds(_mutated, st.sampled_from(seeds), st.sampled_from(seeds), some)


def _mutated(data: bytes, other: bytes, mutations: Sequence[tuple[str, int, int, bytes]]) -> bytes:
    for how, place, length, nasty in mutations:
        at = place % (len(data) + 1)
        data = _changed(how, data, at, at + length, nasty, other)[:LONGEST]
    return data


def _changed(how: str, data: bytes, start: int, end: int, nasty: bytes, other: bytes) -> bytes:
    match how:
        case "cut":
            return data[:start] + data[end:]
        case "double":
            return data[:end] + data[start:]
        case "insert":
            return data[:start] + nasty + data[start:]
        case "replace":
            return data[:start] + nasty + data[end:]
        case _:
            return data[:start] + other[start:]
