"""What people are told of an article, made from the article and its matches."""

from __future__ import annotations

from datetime import UTC, datetime

from alerts.alert import Alert, MatchedWords
from crawler.archive import StoredArticle
from crawler.article import Article
from monitor.alerting import alert_for
from monitor.matching.matcher import Match, Span

AT = datetime(2019, 1, 2, 3, 18, tzinfo=UTC)
URL = "https://koran.example/astana"
STORED = StoredArticle(
    id=17,
    first_seen_at=AT,
    revision=2,
    story=9,
    origin="crawl",
    content_hash="x",
    article=Article(
        url=URL + "?utm_source=umpan",
        canonical_url=URL,
        site="koran",
        title="Astana menunggu utusan Suriah",
        body="Kota itu bersiap.\n\nUtusan Suriah tiba di Astana pagi ini.",
        published_at=AT,
        tags=("Suriah", "Astana"),
    ),
)
SURIAH = Match(
    watchlist="suriah",
    spans=(
        Span(field="body", start=26, end=32, text="Suriah"),
        Span(field="tags", start=0, end=6, text="Suriah"),
        Span(field="title", start=23, end=29, text="Suriah"),
    ),
)
ASTANA = Match(
    watchlist="astana",
    spans=(
        Span(field="body", start=41, end=47, text="Astana"),
        Span(field="title", start=0, end=6, text="Astana"),
    ),
)


def test_an_alert_names_its_story_and_every_watchlist_in_order() -> None:
    alert = alert_for(STORED, [SURIAH, ASTANA])
    assert (alert.story, alert.watchlists) == (9, ("suriah", "astana"))


def test_the_article_goes_with_its_alert_but_for_its_body() -> None:
    article = alert_for(STORED, [SURIAH]).article
    assert "body" not in article
    assert article == {key: value for key, value in STORED.to_data().items() if key != "body"}
    assert (article["id"], article["revision"], article["story"]) == (17, 2, 9)
    assert article["published_at"] == "2019-01-02T03:18:00+00:00"


def test_the_marks_stand_on_the_words_that_matched() -> None:
    alert = alert_for(STORED, [SURIAH, ASTANA])
    assert [alert.snippet[start:end] for start, end in alert.snippet_marks] == ["Suriah", "Astana"]
    title = STORED.article.title
    assert [title[start:end] for start, end in alert.title_marks] == ["Astana", "Suriah"]


def test_words_are_told_once_for_each_field_and_watchlist() -> None:
    twice = Match(
        watchlist="suriah",
        spans=(*SURIAH.spans, Span(field="body", start=0, end=4, text="Kota"), *SURIAH.spans),
    )
    assert alert_for(STORED, [twice]).matched == (
        MatchedWords(watchlist="suriah", field="body", text="Suriah"),
        MatchedWords(watchlist="suriah", field="tags", text="Suriah"),
        MatchedWords(watchlist="suriah", field="title", text="Suriah"),
        MatchedWords(watchlist="suriah", field="body", text="Kota"),
    )


def test_an_alert_is_whole_again_when_it_has_been_stored() -> None:
    alert = alert_for(STORED, [SURIAH, ASTANA])
    assert Alert.from_data(alert.to_data()) == alert


def test_an_article_of_a_title_alone_can_be_told() -> None:
    bare = StoredArticle(
        id=1,
        first_seen_at=AT,
        revision=1,
        story=1,
        origin="crawl",
        content_hash="x",
        article=Article(url=URL, canonical_url=URL, title="Suriah", body="", thin=True),
    )
    match = Match(watchlist="suriah", spans=(Span(field="title", start=0, end=6, text="Suriah"),))
    alert = alert_for(bare, [match])
    assert (alert.snippet, alert.snippet_marks, alert.title_marks) == ("", (), ((0, 6),))
