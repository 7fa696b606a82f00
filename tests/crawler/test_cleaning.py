from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.article import Article
from crawler.cleaning import MAX_BODY, MAX_NAMES, MAX_TITLE, cleaned, finished, thin
from crawler.discovery.announcement import Announcement

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
URL = "https://koran.example/berita/pinisi"
ANNOUNCED = Announcement(
    url=URL,
    title="Judul di umpan",
    summary="Ringkasan.",
    published_at=NOW,
    authors=("Ani",),
    tags=("laut",),
    section="Kota",
    image_url="https://koran.example/a.jpg",
)


def article(**changes: Any) -> Article:
    values = {"url": URL, "canonical_url": URL, "title": "Pinisi", "body": "Isi."}
    return Article(**{**values, **changes})


def test_what_the_page_does_not_say_is_taken_from_its_source_and_marked() -> None:
    done = finished(article(), ANNOUNCED, site="koran")
    assert (done.site, done.title, done.body) == ("koran", "Pinisi", "Isi.")
    assert (done.published_at, done.authors, done.tags) == (NOW, ("Ani",), ("laut",))
    assert (done.section, done.image_url) == ("Kota", ANNOUNCED.image_url)
    assert set(done.evidence) == {"published_at", "authors", "tags", "section", "image_url"}
    assert set(done.evidence.values()) == {"feed"}


def test_what_the_page_says_is_left_alone() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    page = article(published_at=at, authors=("Budi",), evidence={"authors": "json-ld"})
    done = finished(page, ANNOUNCED, site="koran")
    assert (done.published_at, done.authors) == (at, ("Budi",))
    assert done.evidence["authors"] == "json-ld"
    assert "published_at" not in done.evidence


def test_an_instant_is_better_than_a_day_wherever_it_comes_from() -> None:
    day = date(2026, 11, 22)
    done = finished(article(published_on=day), ANNOUNCED, site="koran")
    assert (done.published_at, done.published_on) == (NOW, None)
    only_day = Announcement(url=URL, published_on=date(2026, 11, 1))
    assert finished(article(published_on=day), only_day, site="koran").published_on == day
    done = finished(article(), only_day, site="koran")
    assert (done.published_on, done.evidence["published_on"]) == (date(2026, 11, 1), "feed")


def test_a_thin_article_has_what_its_source_says_and_says_so() -> None:
    stands = thin(ANNOUNCED, site="koran")
    assert stands is not None
    assert stands.thin
    assert (stands.title, stands.body, stands.published_at) == ("Judul di umpan", "Ringkasan.", NOW)
    assert set(stands.evidence) == {"title", "body", "published_at", "authors", "tags"}


def test_without_a_title_there_is_nothing_to_stand_in() -> None:
    assert thin(Announcement(url=URL, summary="Ringkasan."), site="koran") is None


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        (URL, URL),
        ("http://www.koran.example/berita/pinisi/?utm_source=x#a", URL),
        ("https://m.koran.example/lain", "https://koran.example/lain"),
        ("https://harian.example/berita/pinisi", URL),
        ("javascript:alert(1)", URL),
        ("", URL),
        ("https://", URL),
        ("https://[::bad/", URL),
    ],
)
def test_a_canonical_address_is_normalised_and_believed_on_its_own_site_only(
    claimed: str, kept: str
) -> None:
    assert cleaned(article(canonical_url=claimed)).canonical_url == kept


def test_everything_is_kept_within_its_limits() -> None:
    names = tuple(f"Penulis {number}" for number in range(500))
    big = article(
        title="a" * 9_999, body="b " * MAX_BODY, authors=names, tags=("x", "x", " ", "\0")
    )
    done = cleaned(big)
    assert len(done.title) == MAX_TITLE
    assert len(done.body) <= MAX_BODY
    assert done.authors == names[:MAX_NAMES]
    assert done.tags == ("x",)


poison = st.text(st.characters(), max_size=30)


@given(
    st.builds(
        Article,
        url=st.just(URL),
        canonical_url=st.just(URL),
        title=poison,
        body=poison,
        authors=st.lists(poison, max_size=3).map(tuple),
        editors=st.lists(poison, max_size=3).map(tuple),
        tags=st.lists(poison, max_size=3).map(tuple),
        section=st.none() | poison,
        language=st.none() | poison,
        image_url=st.none() | poison,
        evidence=st.dictionaries(st.sampled_from(["title", "body"]), poison),
    )
)
@settings(max_examples=80)
def test_cleaning_leaves_text_that_can_be_stored_and_is_done_after_once(page: Article) -> None:
    done = cleaned(page)
    assert cleaned(done) == done
    texts = [done.title, done.body, *done.authors, *done.editors, *done.tags]
    texts += [
        done.section or "",
        done.language or "",
        done.image_url or "",
        *done.evidence.values(),
    ]
    for text in texts:
        assert text.encode().decode() == text
        assert "\0" not in text
    assert "\n" not in done.title
    assert "" not in (done.section, done.language, done.image_url, *done.authors, *done.tags)
