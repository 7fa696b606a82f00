"""Commands that bring articles in, look them up, match them and read them from pages."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.records import BERAS, SURIAH

if TYPE_CHECKING:
    from tests.e2e.program import Program

PAGE = """<html lang="id"><head><title>Utusan tiba</title>
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Utusan Suriah tiba",
"datePublished": "2019-01-02T11:18:00+08:00", "author": {"name": "Rina Wulandari"}}</script></head>
<body><article><h1>Utusan Suriah tiba</h1>
<p>Para utusan tiba di bandara pada Rabu pagi dan langsung menuju tempat perundingan.</p>
<p>Perundingan itu dijadwalkan berlangsung selama dua hari di sebuah hotel di tepi sungai.</p>
</article></body></html>"""


# The archive --------------------------------------------------------------------------------------


def test_articles_are_listed_as_the_contract_says(archive: Program) -> None:
    beras, suriah = sorted(archive.ask("articles"), key=lambda one: one["title"])
    assert beras["site"] == "koran.example"
    assert set(suriah) >= {
        *("id", "url", "canonical_url", "site", "title", "body", "published_at", "published_on"),
        *("modified_at", "first_seen_at", "authors", "editors", "tags", "section", "language"),
        *("image_url", "revision", "story", "evidence"),
    }
    assert suriah["canonical_url"] == "https://koran.example/suriah"
    assert suriah["published_at"] == "2019-01-02T03:18:00+00:00"
    assert (suriah["authors"], suriah["tags"], suriah["section"]) == (["Rina Wulandari"], [], None)


def test_articles_are_shown_to_people_in_their_own_time(archive: Program) -> None:
    done = archive.run("articles", "--site", "koran")
    assert "2019-01-02 11:18" in done.out
    assert "Utusan Suriah tiba di Astana" in done.out
    assert "beras" not in done.out


def test_articles_can_be_had_by_time(archive: Program) -> None:
    assert len(archive.ask("articles", "--since", "1h")) == 2
    assert archive.ask("articles", "--since", "2999-01-01") == []


def test_the_archive_is_searched_in_the_language_of_watchlists(archive: Program) -> None:
    (found,) = archive.ask("search", "suriah NEAR/5 dimulai")
    assert found["site"] == "koran"
    assert archive.ask("search", "beras AND suriah") == []
    assert "no articles" in archive.run("search", "Idlib").out


def test_stories_name_their_articles_and_aliases(archive: Program) -> None:
    first, _ = archive.ask("stories")
    (article,) = first["articles"]
    assert (article["role"], article["independent"]) == ("original", False)
    assert article["url"] == SURIAH["url"]
    assert article["aliases"] == [f"{SURIAH['url']}&x=1"]


def test_copies_stand_in_the_story_of_the_original(own: Program) -> None:
    body = " ".join(f"Kalimat ke-{n} memuat kata{n * 7} dan kata{n * 11} saja." for n in range(30))
    sites = {"salinan": f"JAKARTA (ANTARA) - {body}", "antara": body, "koran": body[:900]}
    own.write_lines(
        "berita.jsonl",
        *(
            {"url": f"https://{site}.example/1", "site": site, "title": "Kabar", "body": text}
            for site, text in sites.items()
        ),
    )
    own.run("import", "berita.jsonl")
    (story,) = own.ask("stories")
    assert [(one["site"], one["role"]) for one in story["articles"]] == [
        ("salinan", "copy"),
        ("antara", "original"),
        ("koran", "copy"),
    ]
    assert "1 original, 2 copies" in own.run("stories").out


# import -------------------------------------------------------------------------------------------


def test_an_import_alerts_only_when_asked_to_and_a_second_one_adds_nothing(own: Program) -> None:
    own.write_lines("berita.jsonl", SURIAH, BERAS)
    assert own.run("import", "berita.jsonl").err.startswith("2 new articles, 0 known already")
    assert own.ask("alerts") == []
    assert own.run("import", "berita.jsonl", "--alert").err.startswith("0 new articles, 2 known")
    assert own.ask("alerts") == []
    (suriah, _) = own.ask("status")[0]["watchlists"]
    assert suriah["decisions"] == {"imported": 1}


def test_a_gzipped_file_is_imported_as_it_is(own: Program) -> None:
    packed = own.directory / "berita.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(SURIAH).encode()))
    assert own.run("import", str(packed), "--alert").status == 0
    assert [one["watchlists"] for one in own.ask("alerts")] == [["suriah"]]


def test_a_bad_line_is_told_with_its_place_and_the_rest_goes_on(own: Program) -> None:
    bad: list[Any] = [
        5,
        {"title": "tanpa alamat"},
        {"url": "bukan alamat", "title": "x"},
        {"url": "https://a.example/\ud800", "title": "x"},
        {"url": "https://a.example/1", "title": "  "},
        {"url": "https://a.example/1", "title": "\u200b"},
        {"url": "https://a.example/1", "title": 7},
        {"url": "https://a.example/1", "title": "x", "published_at": "besok"},
        {"url": "https://a.example/1", "title": "x", "published_at": "0001-01-01T00:00+09:00"},
        {"url": "https://a.example/1", "title": "x", "tags": "suriah"},
    ]
    path = own.write_lines("berita.jsonl", *bad)
    with path.open("a") as file:
        file.write("{\n\n" + "[" * 100_000 + "\n" + json.dumps(SURIAH) + "\n")
    done = own.run("import", "berita.jsonl")
    assert (done.status, done.out) == (1, "")
    *told, summary = done.err.splitlines()
    assert summary == f"1 new article, 0 known already, {len(bad) + 2} bad lines"
    places = [line.split(": ")[0] for line in told]
    assert places == [f"berita.jsonl:{number}" for number in (*range(1, len(bad) + 2), 13)]


@pytest.mark.parametrize("fault", ["cut", "broken", "not gzip"])
def test_a_file_that_cannot_be_read_to_its_end_is_told(own: Program, fault: str) -> None:
    whole = gzip.compress(b"".join(json.dumps(BERAS).encode() + b"\n" for _ in range(2000)))
    files = {
        "cut": whole[: len(whole) // 2],
        "broken": whole[:30] + b"\xff" * 40,
        "not gzip": b"{}",
    }
    (own.directory / "berita.jsonl.gz").write_bytes(files[fault])
    done = own.run("import", "berita.jsonl.gz")
    assert done.status == 2
    assert "berita.jsonl.gz cannot be read to its end" in done.err


# match --------------------------------------------------------------------------------------------


def test_match_gives_spans_in_the_fields_as_given_without_any_database(own: Program) -> None:
    own.write_lines("berita.jsonl", {**SURIAH, "title": "Kabar: 🕊 Su\u00adriahnya"}, BERAS)
    matches = own.ask("match", "--watchlists", "config.yaml", "--articles", "berita.jsonl")
    assert matches == [
        {
            "url": SURIAH["url"],
            "watchlist": "suriah",
            "spans": [
                {"field": "body", "start": 31, "end": 37, "text": "Suriah"},
                {"field": "title", "start": 9, "end": 19, "text": "Su\u00adriahnya"},
            ],
        }
    ]
    assert not (own.directory / "siaga.db").exists()
    shown = own.run("match", "--watchlists", "config.yaml", "--articles", "berita.jsonl").out
    assert "suriah" in shown


def test_match_takes_editors_for_people_who_are_credited_as_the_daemon_does(own: Program) -> None:
    (own.directory / "redaksi.yaml").write_text('watchlists: [{name: rina, any: ["author:Rina"]}]')
    credited = {"url": "https://koran.example/1", "authors": ["Budi"], "editors": ["Rina Sari"]}
    own.write_lines("berita.jsonl", credited)
    (match,) = own.ask("match", "--watchlists", "redaksi.yaml", "--articles", "berita.jsonl")
    assert [span["text"] for span in match["spans"]] == ["Rina"]


def test_match_takes_half_a_surrogate_pair_for_what_it_is(own: Program) -> None:
    own.write_lines("berita.jsonl", {"url": "u\ud83d", "title": "Suriah", "body": None})
    words = ["match", "--watchlists", "config.yaml", "--articles", "berita.jsonl"]
    assert [one["url"] for one in own.ask(*words)] == ["u\ud83d"]
    assert own.run(*words).status == 0


@pytest.mark.parametrize(
    "line", [{"title": "x"}, {"url": "u", "title": 5}, {"url": "u", "tags": 7}]
)
def test_match_refuses_what_is_no_article_with_its_place(own: Program, line: Any) -> None:
    own.write_lines("berita.jsonl", BERAS, line)
    done = own.run("match", "--watchlists", "config.yaml", "--articles", "berita.jsonl")
    assert done.status == 2
    assert done.err.startswith("siaga: berita.jsonl:2: an article must be")


# extract ------------------------------------------------------------------------------------------


def test_extract_shows_what_it_sees_in_a_page(own: Program) -> None:
    (own.directory / "laman.html").write_text(PAGE)
    address = "https://koran.example/utusan"
    (article,) = own.ask("extract", "laman.html", "--url", address)
    assert article["title"] == "Utusan Suriah tiba"
    assert article["published_at"] == "2019-01-02T03:18:00+00:00"
    assert article["url"] == address
    assert article["evidence"]["title"] == "json-ld"
    shown = own.run("extract", "laman.html", "--url", address)
    assert shown.status == 0
    assert "Rina Wulandari" in shown.out


def test_extract_reads_a_batch_in_order_and_names_the_pages_that_fail(own: Program) -> None:
    (own.directory / "laman.html").write_text(PAGE)
    own.write_lines(
        "batch.jsonl",
        {"url": "https://koran.example/1", "path": "laman.html", "timezone": "Asia/Makassar"},
        {"url": "https://koran.example/2\u2028", "path": "tidak-ada.html"},
        {"url": "https://koran.example/3", "path": "laman.html", "timezone": "Mars"},
        {"url": "https://koran.example/4", "path": "laman.html"},
    )
    done = own.run("extract", "--batch", "batch.jsonl")
    assert done.status == 1
    assert [one["url"][-1] for one in done.lines] == ["1", "\u2028", "3", "4"]
    assert ["error" in one for one in done.lines] == [False, True, True, False]
    assert done.err == "2 pages gave no article\n"


@pytest.mark.parametrize(
    "line", [{"url": "u"}, {"url": 1, "path": "x"}, {"url": "u", "path": "x", "timezone": 7}, [], 5]
)
def test_extract_refuses_a_batch_with_a_line_that_is_none(own: Program, line: Any) -> None:
    own.write_lines("batch.jsonl", line)
    done = own.run("extract", "--batch", "batch.jsonl")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("siaga: batch.jsonl:1: ")
