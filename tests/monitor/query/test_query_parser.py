from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.query.errors import QueryError
from monitor.query.nodes import (
    Affixed,
    And,
    Count,
    Exact,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    Query,
    Reference,
    Within,
)
from monitor.query.parser import MAX_CHARACTERS, MAX_DEPTH, parse

A, B, C = Phrase(("a",)), Phrase(("b",)), Phrase(("c",))

WORDS = st.sampled_from(
    ["suriah", "astana", "bea", "dan", "not", "near", "kpk_ri", "7", "шри", "é"]
)
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join).map(lambda text: parse(f'"{text}"'))
MIXED = st.lists(
    st.sampled_from(["suriah", "dan", "7", "шри"])
    | st.builds(Prefix, st.sampled_from(["korup", "шри"]))
    | st.builds(Affixed, st.just("tarik")),
    min_size=1,
    max_size=3,
).map(lambda words: Phrase(tuple(words)))
EXACTS = st.builds(Exact, st.lists(st.sampled_from(["KPK", "Шри", "di"]), min_size=1).map(tuple))
PATTERNS = st.builds(Pattern, st.sampled_from([r"a\/(b)", 'x" OR ', "x{3}"]), st.booleans())
COUNTS = st.tuples(st.integers(1, 9), st.none() | st.integers(9, 20))
FIELDS = st.lists(st.sampled_from(["title", "lead", "url"]), min_size=1, unique=True).map(tuple)
SIDES = st.recursive(
    PHRASES | MIXED | EXACTS,
    lambda inner: st.lists(inner, min_size=2, max_size=3).map(lambda p: Or(tuple(p))),
)
NEARS = st.builds(Near, st.integers(0, 999), SIDES, SIDES, st.booleans())
COUNTED = st.builds(lambda times, part: Count(times[0], times[1], part), COUNTS, SIDES | PATTERNS)
LEAVES = SIDES | NEARS | COUNTED | PATTERNS | st.builds(Reference, st.sampled_from(["a", "b-2"]))
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
        | inner.map(Not)
        | st.builds(Within, FIELDS, inner)
    ),
    max_leaves=8,
)
_FRAGMENTS = (
    'AND OR NOT NEAR/3 ONEAR ( ) " ” suriah bea_cukai * ~ ~tarik kor* title: {2} {2,} /a/ / c @a'
)
FRAGMENTS = st.sampled_from(_FRAGMENTS.split())


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
        ("korup*", Phrase((Prefix("korup"),))),
        ("Nur-Sul*", Phrase(("nur", Prefix("sul")))),
        ('"bea cuk"*', Phrase(("bea", Prefix("cuk")))),
        ("~Serang", Phrase((Affixed("serang"),))),
        ("dana ~tarik tunai", Phrase(("dana", Affixed("tarik"), "tunai"))),
        ("title:Banjir", Within(("title",), Phrase(("banjir",)))),
        ("Title: banjir bandang", Within(("title",), Phrase(("banjir", "bandang")))),
        ("title+tags:(a OR b)", Within(("title", "tags"), Or((A, B)))),
        ("lead:(a NEAR/2 b)", Within(("lead",), Near(2, A, B))),
        ("title:body:a", Within(("title",), Within(("body",), A))),
        ("NOT title:a", Not(Within(("title",), A))),
        ("a{3,}", Count(3, None, A)),
        ("bea cukai{2}", Count(2, 2, Phrase(("bea", "cukai")))),
        ('"bea cukai"{2,5}', Count(2, 5, Phrase(("bea", "cukai")))),
        ("(a OR b){2}", Count(2, 2, Or((A, B)))),
        ("body:a{2}", Within(("body",), Count(2, 2, A))),
        ('"KPK"c', Exact(("KPK",))),
        ("“Jum’at Ini”c", Exact(("Jum", "at", "Ini"))),
        ('"KPK"c NEAR/3 a', Near(3, Exact(("KPK",)), A)),
        ("@suriah-2 AND a", And((Reference("suriah-2"), A))),
        ("NOT @b.c", Not(Reference("b.c"))),
        ('/banj(ir|an) "x"/', Pattern('banj(ir|an) "x"')),
        (r"/a\/b/c OR a", Or((Pattern(r"a\/b", exact_case=True), A))),
        ("AC / DC", Phrase(("ac", "dc"))),
        ("a ONEAR/5 b", Near(5, A, B, ordered=True)),
        ("a ONEAR b", Near(10, A, B, ordered=True)),
        ('"title:banjir" OR "~a"', Or((Phrase(("title", "banjir")), A))),
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
        ("ko*", 1, "3 letters or more"),
        ("kor*psi", 1, "at the end of a word"),
        ("suap *", 6, "right after the beginning of a word"),
        ('"ko"*', 1, "3 letters or more"),
        ("suap ~ serang", 6, "without a space"),
        ('~"serang"', 1, "without a space or quotes"),
        ("5~7", 1, "alone before one root"),
        ("~serang*", 1, "alone before one root"),
        ("~~serang", 1, "alone before one root"),
        ("~anak-anak", 1, "one root, in letters"),
        ("~di", 1, "3 letters or more"),
        ("suap OR ~Bekasi", 9, "Bekasi is a name"),
        ("judul:banjir", 1, "there is no field 'judul' (did you mean title:?)"),
        ("https://koran.example", 1, "there is no field 'https'"),
        ("title:", 7, "a word is missing at the end, after title:"),
        ("title:NOT a", 7, "before NOT"),
        ("title:a NEAR b", 1, "before the whole: title:(a NEAR/5 b)"),
        ("@", 1, "name is missing after @"),
        ("a @b", 3, "write AND, OR or NEAR before @b"),
        ("a NEAR @b", 8, "words, phrases and (a OR b)"),
        ("suap /banjir", 6, "never closed by /"),
        ("/ban(jir/", 2, "never closed"),
        ("a OR /banj[a-/", 11, "never closed"),
        ("/a(?=b)/", 3, "look-ahead"),
        (r"/(a)\1/", 5, "back-references"),
        ("/a**/", 3, "repetition"),
        ("/x{1001}/", 3, "too often"),
        ("/a*/", 2, "where nothing stands"),
        ("/((x{30}){30}){30}/", 5, "1000 times"),
        (r"/(?:(?:[^a]{100}){9})\p{L}{900}/", 2, "too large"),
        ("/" + "x" * 501 + "/", 502, "longer than 500"),
        ("/a/b", 4, "right after a regular expression"),
        ("banjir{0,}", 7, "write NOT"),
        ("banjir{3,2}", 7, "less than the least"),
        ("banjir{,2}", 7, "{3,} for three mentions"),
        ("banjir {3}", 8, "right after a word"),
        ("{3}", 1, "right after a word"),
        ("banjir{3}{2}", 10, "one count"),
        ("banjir}", 7, "closes nothing"),
        ("(a AND b){2}", 10, "count each by itself"),
        ("a NEAR b{2}", 8, "words, phrases and (a OR b)"),
        ("a onear/5 b", 3, "upper case"),
        ("a ONEAR/x b", 3, "NEAR/5"),
        ('"KPK"cukai', 6, "right after a quote"),
        ('"..."c', 1, "no word"),
        ('suap "KPK"c', 6, 'before "KPK"c'),
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


@pytest.mark.parametrize(
    ("text", "caret"),
    [
        ("日本 AND ko*", "日本 AND ko*\n         ^"),
        ("e\u0301 ko*", "e\u0301 ko*\n  ^"),
        ("a\tb ko*", "a b ko*\n    ^"),
        (f"{'banjir ' * 40}AND ko* {'OR rob ' * 40}", None),
    ],
)
def test_the_caret_stands_right_in_wide_and_in_long_terms(text: str, caret: str | None) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    line, place = caught.value.caret.splitlines()
    assert caret in (None, f"{line}\n{place}")
    assert len(line) < 110
    if caret is None:
        assert line[len(place) - 1 :].startswith("ko* ")


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


@given(
    st.text(max_size=40)
    | st.lists(FRAGMENTS, max_size=12).map(" ".join)
    | st.lists(FRAGMENTS).map("".join)
)
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
