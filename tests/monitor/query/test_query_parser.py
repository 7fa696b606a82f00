from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.query.errors import QueryError
from monitor.query.nodes import And, Near, Not, Or, Phrase, Query
from monitor.query.parser import MAX_CHARACTERS, MAX_DEPTH, parse

A, B, C = Phrase(("a",)), Phrase(("b",)), Phrase(("c",))

WORDS = st.sampled_from(
    ["suriah", "astana", "bea", "dan", "not", "near", "kpk_ri", "7", "шри", "é"]
)
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join).map(lambda text: parse(f'"{text}"'))
SIDES = st.recursive(
    PHRASES, lambda inner: st.lists(inner, min_size=2, max_size=3).map(lambda p: Or(tuple(p)))
)
NEARS = st.builds(Near, st.integers(0, 999), SIDES, SIDES)
QUERIES: st.SearchStrategy[Query] = st.recursive(
    PHRASES | NEARS,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=8,
)
FRAGMENTS = st.sampled_from(
    ["AND", "OR", "NOT", "NEAR/3", "NEAR", "(", ")", '"', "”", "suriah", "bea cukai", " ", "*", "~"]
)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Suriah", Phrase(("suriah",))),
        ("Bea dan Cukai", Phrase(("bea", "dan", "cukai"))),
        ('"Bea dan Cukai"', Phrase(("bea", "dan", "cukai"))),
        ("“Bea dan Cukai”", Phrase(("bea", "dan", "cukai"))),
        ('Bea "DAN" Cukai', Phrase(("bea", "dan", "cukai"))),
        ("Bea DAN Cukai", And((Phrase(("bea",)), Phrase(("cukai",))))),
        ("jum'at", Phrase(("jum", "at"))),
        ("Rumah & Taman", Phrase(("rumah", "taman"))),
        ("Terkini: Suriah", Phrase(("terkini", "suriah"))),
        ("KAFÉ \ufb01nal", Phrase(("kafe", "final"))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("a ATAU b DAN BUKAN c", Or((A, And((B, Not(C)))))),
        ("NOT a AND b", And((Not(A), B))),
        ("a NOT b", And((A, Not(B)))),
        ("NOT NOT a", Not(Not(A))),
        ("NOT a NEAR/2 b", Not(Near(2, A, B))),
        ("a NEAR b", Near(10, A, B)),
        ("a NEAR/0 (b OR c)", Near(0, A, Or((B, C)))),
        ("(a OR b) AND (b OR c)", And((Or((A, B)), Or((B, C))))),
        ("((a))", A),
    ],
)
def test_a_term_reads_as_its_tree(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "nothing to search for"),
        ("suap AND", 9, "at the end, after AND"),
        ("AND suap", 1, "before AND"),
        ("a OR OR b", 6, "in quotes OR is a word"),
        ("(a OR b", 1, "never closed"),
        ("a OR b)", 7, "closes nothing"),
        ("a AND ()", 8, "nothing between these brackets"),
        (")", 1, "missing before this bracket"),
        ("(a AND)", 7, "after AND"),
        ('suap "bea cukai', 6, "quote is never closed"),
        ('"..."', 1, "no word"),
        ("a (b OR c)", 3, "write AND, OR or NEAR before ("),
        ("(a OR b) c", 10, "write AND, OR or NEAR before c"),
        ('"Bea Cukai" Makassar', 13, "write AND, OR or NEAR before Makassar"),
        ('a AND "b" "c"', 11, 'write AND, OR or NEAR before "c"'),
        ("a near/5 b", 3, "upper case"),
        ("a NEAR/x b", 3, "NEAR/5"),
        ("a NEAR/5000 b", 3, "below 1000"),
        ("a NEAR/3 (b AND c)", 10, "words, phrases and (a OR b)"),
        ("(a OR NOT b) NEAR c", 1, "words, phrases and (a OR b)"),
        ("a NEAR/3 b NEAR/3 c", 12, "joins two"),
        ("a && b", 3, "write AND"),
        ("a || b", 3, "write OR"),
        ("a -b", 3, "write NOT"),
        ("+a b", 1, "write AND"),
        ("korup*", 1, "any ending"),
        ("~serang", 1, "all forms of a word"),
        ("title:banjir", 1, "before a colon"),
        ("title: banjir", 1, "before a colon"),
        ("judul:banjir", 1, "before a colon"),
        ("a OR @suriah", 6, "another watchlist"),
        ("/banjir?/", 1, "regular expressions"),
        ("banjir{3,}", 1, "counting mentions"),
        ("a ONEAR/5 b", 3, "ONEAR"),
        ('"KPK"c', 6, "right after a quote"),
        ('"korup"*', 8, "right after a quote"),
    ],
)
def test_a_term_that_cannot_be_read_says_where_and_what_to_write(
    text: str, column: int, says: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.column == column
    assert says in caught.value.message
    assert f"column {column}" in str(caught.value)


def test_the_caret_stands_under_the_place() -> None:
    with pytest.raises(QueryError) as caught:
        parse("banjir OR\nOR rob")
    assert caught.value.caret == "banjir OR OR rob\n          ^"


@pytest.mark.parametrize("opening", ["(", "NOT "])
def test_a_term_nested_too_deeply_is_refused(opening: str) -> None:
    closing = ")" if opening == "(" else ""
    assert parse(opening * MAX_DEPTH + "a" + closing * MAX_DEPTH)
    with pytest.raises(QueryError, match="nested"):
        parse(opening * 2_000 + "a")


def test_a_term_of_more_characters_than_anyone_writes_is_refused() -> None:
    with pytest.raises(QueryError, match="longer than"):
        parse("a " * MAX_CHARACTERS)


@given(QUERIES)
def test_a_printed_query_reads_back_as_itself(query: Query) -> None:
    assert parse(str(query)) == query


@given(st.text(max_size=40) | st.lists(FRAGMENTS, max_size=12).map(" ".join))
def test_any_text_gives_a_query_or_says_where_it_is_wrong(text: str) -> None:
    outcome = parsed_or_error(text)
    if isinstance(outcome, QueryError):
        assert 1 <= outcome.column <= len(text) + 1
        assert outcome.caret
    else:
        assert parse(str(outcome)) == outcome


def parsed_or_error(text: str) -> Query | QueryError:
    try:
        return parse(text)
    except QueryError as error:
        return error
