"""Each kind of clause told why it does not hold, by what came nearest."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from monitor.matching.matcher import Matcher, Watchlist
from monitor.query.parser import parse
from monitor.watchlists.aliases import shipped_aliases
from monitor.why.explaining import Clause, explain
from monitor.why.near_misses import Miss
from tests.monitor.matching.test_matching_against_naive import PIECES, QUERIES, NaiveField, Piece

if TYPE_CHECKING:
    from monitor.query.nodes import Query

ARTICLE = {
    "title": "Kabar Utusan",
    "body": (
        "Penyerangan di perbatasan Suriahnya reda. Bea dan Cukai Makassar membuka pos di Astana Anyar.\n\n"
        "Bupati Bone kemudian semalam ditahan. Kai itu bagian dari pelabuhan, kata warga antikorupsi. "
        "Beanya Cukai naik. Ia menemui Nurdin. Abdullah pulang."
    ),
    "url": "https://koran.example/olahraga/bola",
    "tags": ["perang"],
}


def clause(text: str, *, on: date | None = None) -> Clause:
    query = shipped_aliases().expanded(parse(text)) if on else parse(text)
    return explain(Watchlist(name="x", query=query), ARTICLE, "koran", on=on)


def failing(text: str) -> Clause:
    found = clause(text).failing()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "miss", "said", "words"),
    [
        ("gajah", Miss.ABSENT, "nothing like it", []),
        ("serang", Miss.LIKE, "~serang would meet it", ["Penyerangan"]),
        ("suria", Miss.LIKE, "inside 'suriahnya'", ["Suriahnya"]),
        ("pelabuan", Miss.LIKE, "one letter", ["pelabuhan"]),
        ("perbatasn*", Miss.LIKE, "'perbatasan'", ["perbatasan"]),
        ("korup*", Miss.LIKE, "inside 'antikorupsi'", ["antikorupsi"]),
        ("bea cukai makassar", Miss.APART, "1 other word apart", ["Bea dan Cukai Makassar"]),
        ("bone bupati", Miss.ORDER, "another order", ["Bupati Bone"]),
        ("nurdin abdullah", Miss.SENTENCE, "a sentence ends", ["Nurdin. Abdullah"]),
        ("bea cukai naik", Miss.CLITIC, "-nya", ["Beanya Cukai naik"]),
        ("bea maros", Miss.SOME_WORDS, "'maros' is missing", None),
        ("bea suriah kabr", Miss.SOME_WORDS, "'kabar' differs by one letter", ["Kabar"]),
        ("kabar bone", Miss.APART, "different fields", []),
        ('"KAI"c', Miss.CASE, "'Kai'", ["Kai"]),
        ('"Gajah"c', Miss.ABSENT, "nothing like it", []),
        (r"/\bKAI\b/c", Miss.CASE, "another case", ["Kai"]),
        ("/gajah/", Miss.ABSENT, "nothing meets it", []),
        ("title:/bupati/", Miss.ELSEWHERE, "body", ["Bupati"]),
        ("perang", Miss.ELSEWHERE, "tags", ["perang"]),
        ("title:astana", Miss.ELSEWHERE, "body", ["Astana"]),
        ("bupati NEAR/2 ditahan", Miss.FAR, "3 words apart, and 2", None),
        ("ditahan ONEAR/9 bupati", Miss.ORDER, "other order", None),
        ("bupati NEAR/2 gajah", Miss.ONE_SIDE, "gajah is missing", []),
        ("kabar NEAR/2 bupati", Miss.FAR, "different fields", []),
        ("cukai{3,}", Miss.TOO_FEW, "2 times, and 3", []),
        ("cukai{1}", Miss.TOO_MANY, "2 times, and at most 1", []),
        ("gajah{2,}", Miss.ABSENT, "", []),
        ("bupati NOT (gajah OR astana)", Miss.OCCURS, "'Astana'", ["Astana"]),
        ("utusan AND (gajah OR suria)", Miss.LIKE, "the nearest, suria", ["Suriahnya"]),
        ("gajah OR zebra", Miss.ABSENT, "none of these", []),
    ],
)
def test_the_nearest_miss_of(text: str, miss: Miss, said: str, words: list[str] | None) -> None:
    found = failing(text)
    assert (found.miss, found.holds) == (miss, False), found.said
    assert said in found.said
    if words is not None:
        assert [span.text for span in found.spans] == words
    for span in found.spans:
        assert "".join(ARTICLE[span.field])[span.start : span.end] == span.text


def test_a_name_that_was_not_in_use_on_the_day_says_when_it_was() -> None:
    article = {"title": "Rapat di Nur-Sultan", "body": ""}
    query = shipped_aliases().expanded(parse("Astana"))
    found = explain(Watchlist(name="x", query=query), article, None, on=date(2018, 1, 1))
    assert found.parts[1].miss is Miss.DAY
    assert "from 2019-03-23 until 2022-09-17" in found.parts[1].said


def test_a_clause_that_holds_shows_its_words_and_those_of_its_parts() -> None:
    found = clause("utusan AND (bupati OR gajah) NOT zebra")
    assert found.holds
    assert {span.text for span in found.spans} == {"Utusan", "Bupati"}
    assert [part.holds for part in found.parts] == [True, True, True]
    assert [part.holds for part in found.parts[1].parts] == [True, False]
    assert found.failing() is None


@settings(max_examples=60, deadline=None)
@given(PIECES, PIECES, QUERIES)
def test_an_explanation_agrees_with_the_matcher(
    title: list[Piece], body: list[Piece], query: Query
) -> None:
    fields = {"title": NaiveField(title).text, "body": NaiveField(body).text}
    watchlist = Watchlist(name="x", query=query)
    (match, *_) = [*Matcher([watchlist]).match(fields, None), None]
    found = explain(watchlist, fields, None)
    assert found.holds == (match is not None)
    if match is not None:
        assert set(found.spans) == set(match.spans)
    else:
        innermost = found.failing()
        assert innermost is not None
        assert innermost.miss is not None
        assert innermost.said
