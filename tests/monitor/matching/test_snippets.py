from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.text import folded_words
from monitor.matching.matcher import Matcher, Span, Watchlist
from monitor.matching.snippets import Snippet, excerpt_of
from monitor.query.parser import parse

RAIN = "Hujan deras turun sejak subuh di kampung nelayan itu dan warga berjaga. "


def snippet(query: str, body: str, title: str = "", length: int = 300) -> Snippet:
    matcher = Matcher([Watchlist(name="satu", query=parse(query))])
    matches = matcher.match({"title": title, "body": body}, None)
    return excerpt_of(title, body, matches[0].spans if matches else (), length=length)


def marked(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


def test_a_short_body_is_shown_whole_in_one_line_with_its_words_marked() -> None:
    found = snippet("rob OR (bea cukai)", "Rob naik.\n\nPetugas Bea\nCukai datang.")
    assert found.text == "Rob naik. Petugas Bea Cukai datang."
    assert marked(found) == ["Rob", "Bea Cukai"]


def test_a_long_body_is_cut_between_words_round_the_first_hit() -> None:
    found = snippet("tanggul", RAIN * 20 + "Tanggul jebol. " + RAIN * 20)
    assert marked(found) == ["Tanggul"]
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert 220 <= len(found.text) <= 302
    assert set(folded_words(found.text)) <= {"tanggul", "jebol", *folded_words(RAIN)}


def test_a_hit_at_the_end_of_the_body_is_shown_with_what_stands_before() -> None:
    found = snippet("tanggul", RAIN * 20 + "Tanggul jebol.")
    assert found.text.endswith("Tanggul jebol.")
    assert len(found.text) > 220


def test_a_body_without_hits_is_shown_from_its_beginning() -> None:
    found = snippet("rob", RAIN * 20, title="Rob datang")
    assert found.text.startswith("Hujan deras")
    assert found.marks == ()
    assert found.title_marks == ((0, 3),)


def test_a_word_longer_than_the_snippet_is_cut_where_it_must_be() -> None:
    found = snippet("rob", "x" * 500 + " rob " + "y" * 500, length=60)
    assert marked(found) == ["rob"]
    assert len(found.text) <= 62


def test_a_cut_far_from_any_space_falls_where_it_must() -> None:
    found = snippet("tanggul", "x" * 500 + ". Tanggul jebol " + "y" * 500)
    assert found.text.startswith("…x")
    assert found.text.endswith("y…")
    assert marked(found) == ["Tanggul"]


def test_overlapping_spans_are_one_mark() -> None:
    spans = [
        Span(field="body", start=0, end=9, text="bea cukai"),
        Span(field="body", start=4, end=14, text="cukai palu"),
        Span(field="tags", start=0, end=3, text="bea"),
    ]
    assert excerpt_of("", "bea cukai palu", spans).marks == ((0, 14),)


def test_a_span_of_another_text_marks_nothing() -> None:
    stale = Span(field="body", start=90, end=93, text="rob")
    assert excerpt_of("", "rob", [stale]) == Snippet(text="rob", marks=(), title_marks=())


@given(
    st.lists(
        st.sampled_from(
            [
                "rob",
                "Rob-nya",
                "ROB",
                "banjir",
                "ＲＯＢ",
                "\n\n",
                "bea",
                "cukai",
                "x" * 50,
                "\u00a0",
                ".",
            ]
        ),
        max_size=60,
    ),
    st.integers(5, 80),
)
def test_marks_are_apart_and_name_words_that_matched(words: list[str], length: int) -> None:
    body = " ".join(words)
    found = snippet("rob OR bea cukai", body, length=length)
    end = 0
    for start, stop in found.marks:
        assert end <= start < stop <= len(found.text)
        assert folded_words(found.text[start:stop]) in (["rob"], ["rob", "nya"], ["bea", "cukai"])
        end = stop
    assert "\n" not in found.text
    assert "  " not in found.text
    # A phrase does not reach from one paragraph into the next.
    paragraphs = [folded_words(paragraph) for paragraph in body.split("\n\n")]
    hits = any("rob" in one or "bea cukai" in " ".join(one) for one in paragraphs)
    assert bool(found.marks) == hits
