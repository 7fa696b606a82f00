"""The index that finds an article's copies, on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.database import open_database
from crawler.schema import MIGRATIONS
from crawler.stories.index import KEPT_FOR, MOST_POSTINGS, SEEN_ELSEWHERE, StoryIndex, Text
from crawler.stories.resemblance import Piece, Verdict, compare
from tests.crawler.wire import NOON, article, headline, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path
    from random import Random

    from sqlite_utils import Database

    from crawler.stories.resemblance import Assignment

TABLES = ("fingerprints", "fingerprint_keys", "site_paragraphs")
BODY = article(1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(tmp_path / "siaga.db", migrations=[MIGRATIONS])
    yield db
    db.close()


@pytest.fixture
def index(db: Database) -> StoryIndex:
    return StoryIndex(db.conn)


def text(
    number: int, body: Sequence[str], *, site: str | None = None, title: str | None = None
) -> Text:
    site = site or f"koran-{number}"
    return Text(
        article=number,
        site=site,
        host=f"{site}.example",
        title=title or headline(body),
        body="\n\n".join(body),
        published_at=None,
    )


def place(
    index: StoryIndex,
    number: int,
    body: Sequence[str],
    *,
    now: datetime = NOON,
    site: str | None = None,
) -> Assignment:
    return index.place(replace(text(number, body, site=site), published_at=now), now=now)


def rows(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def contents(db: Database) -> list[list[tuple[object, ...]]]:
    return [db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES]


def empty(db: Database) -> None:
    for table in TABLES:
        db.execute(f"DELETE FROM {table}")


# Finding --------------------------------------------------------------------------------------------


def test_a_copy_is_found_and_joins_the_earliest(index: StoryIndex) -> None:
    assert place(index, 1, BODY).story == 1
    assert place(index, 2, article(2)).story == 2
    decided = place(index, 3, BODY[:5])
    assert (decided.story, decided.nearest, decided.verdict) == (1, 1, Verdict.COPY)


@pytest.mark.parametrize("kept", [slice(0, 2), slice(6, 12), slice(14, 24)])
def test_an_excerpt_of_a_long_article_is_found_whichever_comes_first(
    index: StoryIndex, kept: slice
) -> None:
    long = article(5, 24)
    place(index, 1, long)
    assert place(index, 2, long[kept]).story == 1
    place(index, 3, article(6, 24)[kept])
    assert place(index, 4, article(6, 24)).story == 3


def test_a_representative_is_compared_with_even_where_only_its_copy_was_found(
    index: StoryIndex, db: Database
) -> None:
    place(index, 1, BODY)
    place(index, 2, [*BODY, *article(2, 3)])
    db.execute("DELETE FROM fingerprint_keys WHERE article_id = 1")
    assert place(index, 3, [*BODY, *article(2, 3)]).story == 1


def test_short_texts_and_texts_without_words_do_no_harm(index: StoryIndex) -> None:
    for number, body in enumerate(([""], ["Satu"], ["Satu"], ["Satu dua tiga"], [""]), 1):
        place(index, number, body)
    assert place(index, 9, ["Satu"]).story == 2


def test_words_that_everybody_uses_find_nothing(index: StoryIndex, db: Database) -> None:
    place(index, 1, BODY)
    keys = [key for (key,) in db.execute("SELECT hash FROM fingerprint_keys").fetchall()]
    hot = [(key, number) for key in keys for number in range(1_000, 1_000 + MOST_POSTINGS)]
    db.conn.executemany("INSERT INTO fingerprint_keys VALUES (?, ?)", hot)
    assert place(index, 2, BODY).story == 2


# Keeping --------------------------------------------------------------------------------------------


def test_eighty_copies_are_one_story_and_fill_no_index(index: StoryIndex, db: Database) -> None:
    place(index, 1, BODY)
    before = rows(db, "fingerprint_keys")
    placed = {place(index, n, [*BODY, f"Penulis: {n}"]).story for n in range(2, 82)}
    assert placed == {1}
    assert rows(db, "fingerprint_keys") == before


def test_what_copies_add_is_kept_so_that_it_is_found_too(index: StoryIndex) -> None:
    place(index, 1, BODY)
    added = [*BODY[:5], *article(2, 2)]
    assert place(index, 2, added).story == 1
    assert place(index, 3, added).nearest == 2


def test_placing_again_what_did_not_change_changes_nothing(index: StoryIndex, db: Database) -> None:
    for number, body in enumerate((BODY, article(2), BODY[:5], BODY), 1):
        place(index, number, body)
    before = contents(db)
    decided = index.place_again(
        replace(text(3, BODY[:5]), published_at=NOON), story=1, seen_at=NOON, now=NOON
    )
    assert (decided.story, contents(db)) == (1, before)


def test_a_changed_text_is_found_by_its_new_words_only(index: StoryIndex) -> None:
    place(index, 1, BODY)
    index.place_again(text(1, article(2)), story=1, seen_at=NOON, now=NOON)
    assert place(index, 2, BODY).story == 2
    assert place(index, 3, article(2)).story == 1


def test_a_text_that_grew_takes_its_story_to_the_earlier_one(
    index: StoryIndex, db: Database
) -> None:
    place(index, 1, BODY)
    place(index, 2, ["Ringkasan dari umpan."])
    decided = index.place_again(text(2, BODY), story=2, seen_at=NOON, now=NOON)
    assert (decided.story, decided.merged) == (1, (2,))
    assert db.execute("SELECT count(*) FROM fingerprints WHERE story = 2").fetchone()[0] == 0


# Furniture ------------------------------------------------------------------------------------------


def test_what_a_site_says_under_every_article_is_soon_ignored(index: StoryIndex) -> None:
    footer = sentences(99, 6)
    for number in range(SEEN_ELSEWHERE):
        place(index, number + 1, [*article(number + 10, 4), *footer[3:]], site="koran")
    last, other = [*article(30, 2), *footer[3:]], [*article(31, 2), *footer[3:]]
    assert compare(_kept(index, 90, last), _kept(index, 91, other))[1].jaccard == 0


def _kept(index: StoryIndex, number: int, body: Sequence[str]) -> Piece:
    place(index, number, body, site="koran")
    return next(one for one in index._pieces([number]) if one.article == number)


def test_a_text_that_is_mostly_furniture_is_compared_as_it_stands(index: StoryIndex) -> None:
    for number in range(1, 2 + SEEN_ELSEWHERE):
        page = [*sentences(7, 3), *sentences(number + 20, 2), *sentences(8, 3)]
        size = _kept(index, number, page).print.size
        assert size > 90


# Forgetting -----------------------------------------------------------------------------------------


def test_the_index_forgets_what_is_too_old_little_by_little(
    index: StoryIndex, db: Database
) -> None:
    for number in range(1, 11):
        place(index, number, article(number))
    later = NOON + KEPT_FOR + timedelta(hours=1)
    for number in range(11, 31):
        place(index, number, article(number), now=later)
    kept = [one for (one,) in db.execute("SELECT DISTINCT article_id FROM fingerprint_keys")]
    assert sorted(kept) == list(range(11, 31))
    assert rows(db, "fingerprints") == 20
    assert place(index, 31, BODY, now=later).story == 31


def test_an_old_article_that_is_edited_holds_up_no_forgetting(
    index: StoryIndex, db: Database
) -> None:
    for number in range(1, 7):
        place(index, number, article(number))
    later = NOON + KEPT_FOR + timedelta(hours=1)
    for number in (1, 2):  # as many as are looked at together
        index.place_again(text(number, article(50 + number)), story=number, seen_at=NOON, now=later)
    for number in range(7, 10):
        place(index, number, article(number), now=later)
    kept = db.execute("SELECT article_id FROM fingerprints ORDER BY article_id").fetchall()
    assert kept == [(7,), (8,), (9,)]


def test_paragraphs_of_long_ago_are_forgotten_too(index: StoryIndex, db: Database) -> None:
    for number in range(1, 4):
        place(index, number, article(number))
    later = NOON + KEPT_FOR + timedelta(days=2)
    for number in range(4, 60):
        place(index, number, article(number), now=later)
    oldest = db.execute("SELECT min(seen_on) FROM site_paragraphs").fetchone()[0]
    assert oldest >= NOON.toordinal()
    old = db.execute(
        "SELECT count(*) FROM site_paragraphs WHERE seen_on = ?", (NOON.toordinal(),)
    ).fetchone()[0]
    assert old <= 2  # one by one, from wherever an article's own paragraphs fall


# Properties -----------------------------------------------------------------------------------------

copies = st.lists(st.integers(1, 4), min_size=2, max_size=12)


@given(copies, st.randoms(use_true_random=False))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_order_of_arrival_changes_nothing_for_exact_copies(
    db: Database, seeds: list[int], rng: Random
) -> None:
    def grouped(order: Sequence[int]) -> set[frozenset[int]]:
        empty(db)
        index = StoryIndex(db.conn)
        stories: dict[int, set[int]] = {}
        for number, which in enumerate(order, 1):
            text_ = text(number, article(seeds[which]), site=f"koran-{which}")
            stories.setdefault(index.place(text_, now=NOON).story, set()).add(which)
        return {frozenset(story) for story in stories.values()}

    order = list(range(len(seeds)))
    rng.shuffle(order)
    assert grouped(order) == grouped(range(len(seeds)))


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(3, 9)), min_size=2, max_size=12))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_member_resembles_what_its_story_began_with(
    db: Database, cuts: list[tuple[int, int]]
) -> None:
    empty(db)
    index = StoryIndex(db.conn)
    long = article(3, 20)
    for number, (start, length) in enumerate(cuts, 1):
        decided = place(index, number, long[start : start + length])
        kept = {one.article: one for one in index._pieces([number, decided.story])}
        if decided.story != number and number in kept and not decided.merged:
            first = kept[decided.story]
            assert compare(kept[number], first, loosely=True)[0].joins
