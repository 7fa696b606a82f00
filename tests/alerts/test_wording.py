"""Text as chat programs take it: inert, of a length, and in lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.wording import (
    around_links,
    cost_of_unlinked,
    fit,
    lines_of,
    unlinked,
    utf8_bytes,
    utf16_units,
    with_links,
)

LINK = "https://koran.example/berita/1"
SIZES = st.sampled_from([len, utf16_units, utf8_bytes])
TRICKY = st.text(st.sampled_from("ab1 \n&<@#/:.+$*𝒳é…"), max_size=80)


def escape(character: str) -> str:
    return {"&": "&amp;", "<": "&lt;"}.get(character, character)


@settings(max_examples=200, deadline=None)
@given(TRICKY, st.integers(min_value=3, max_value=60), SIZES)
def test_a_text_is_never_longer_than_its_limit_and_no_escape_is_cut(
    text: str, limit: int, size: object
) -> None:
    measure = {len: len, utf16_units: utf16_units, utf8_bytes: utf8_bytes}[size]  # type: ignore[index]
    cut = fit(text, limit, escape=escape, size=measure)
    assert measure(cut) <= limit
    assert not re.search("&(?!amp;|lt;)", cut)
    whole = fit(text, 10_000, escape=escape)
    assert cut == whole or whole.startswith(cut.removesuffix("…"))


@settings(max_examples=200, deadline=None)
@given(TRICKY, TRICKY, st.integers(min_value=10, max_value=120))
def test_a_text_round_a_link_is_never_longer_than_its_limit_and_the_link_is_whole(
    before: str, after: str, limit: int
) -> None:
    text = f"{before} {LINK} {after}"
    shown = with_links(text, (LINK,), limit, inert=unlinked, cost=cost_of_unlinked(utf16_units))
    assert utf16_units(shown) <= limit
    assert not re.search(r"://\w", shown.replace(LINK, ""))


@settings(max_examples=200, deadline=None)
@given(TRICKY)
def test_nothing_in_an_unlinked_text_begins_a_link_a_mention_a_tag_or_a_command(text: str) -> None:
    inert = unlinked(text)
    assert not re.search(r"[@#/$:+.](?=\w)|//", inert)
    assert inert.replace("\u2060", "") == text
    assert unlinked(inert) == inert


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (LINK, 1),
        (f"Baca {LINK} dan {LINK}", 2),
        (f"({LINK})", 1),
        (f"<{LINK}>", 1),
        (f"{LINK}.jahat.example", 0),
        (f"{LINK}/../jahat", 0),
        (f"{LINK}@jahat.example", 0),
        (f"https://jahat.example/?{LINK}", 0),
        ("tanpa tautan", 0),
    ],
)
def test_the_articles_address_is_one_only_where_it_stands_by_itself(text: str, links: int) -> None:
    assert len(around_links(text, (LINK,))) == 2 * links + 1


def test_a_text_without_an_address_is_whole() -> None:
    assert around_links("a b", ()) == ["a b"]


def test_lines_keep_their_breaks_and_nothing_that_cannot_be_seen() -> None:
    assert lines_of("a\x00 \r\n\n\n\n\u202eb\u2028c ") == "a\n\nb\nc"
    assert lines_of(" \n\u200b") == "…"
