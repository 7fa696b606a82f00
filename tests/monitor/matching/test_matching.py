from __future__ import annotations

from datetime import date

import pytest

from monitor.matching.matcher import Match, Matcher, Span, Watchlist
from monitor.query.parser import parse
from monitor.watchlists.aliases import shipped_aliases


def watchlist(text: str, **settings: object) -> Watchlist:
    return Watchlist(name="satu", query=parse(text), **settings)  # type: ignore[arg-type]


def matched(query: str, body: str, title: str = "") -> list[str] | None:
    """The words that met the query; None when it was not met."""
    matches = Matcher([watchlist(query)]).match({"title": title, "body": body}, None)
    return [span.text for span in matches[0].spans] if matches else None


@pytest.mark.parametrize(
    ("query", "body", "written"),
    [
        ("Suriah", "Perundingan SURIAH dibuka", "SURIAH"),
        ("Suriah", "Pemerintah Suriahnya bungkam", "Suriahnya"),
        ("Suriah", "Suriah-lah yang menang", "Suriah-lah"),
        ("Suriah", "Suriah\u2011nyalah, kata dia", "Suriah\u2011nyalah"),
        ("Suriah", "Suriahku-lah", "Suriahku-lah"),
        ("Bea Cukai", "petugas Bea Cukainya lari", "Bea Cukainya"),
        ("Bea Cukai", "petugas Bea\u00a0Cukai lari", "Bea\u00a0Cukai"),
        ("Bea Cukai", "petugas Bea\u2011Cukai lari", "Bea\u2011Cukai"),
        ("Bea Cukai", "petugas Bea\nCukai lari", "Bea\nCukai"),
        ("Bea Cukai", "petugas Bea & Cukai lari", "Bea & Cukai"),
        ("korupsi", "kasus ko\u00adrup\u00adsi itu", "ko\u00adrup\u00adsi"),
        ("korupsi", "kasus ko\u200brupsi itu", "ko\u200brupsi"),
        ("korupsi", "“Korupsi” itu", "Korupsi"),
        ("jum'at", "hari Jum’at ini", "Jum’at"),
        ("kpk", "\U0001f6a8\uff2b\uff30\uff2b memeriksa", "\uff2b\uff30\uff2b"),
        ("kafe", "di Kafe\u0301 itu", "Kafe\u0301"),
        ("kafé", "di Kafe itu", "Kafe"),
        ("finansial", "krisis \ufb01nansial", "\ufb01nansial"),
        ("istanbul", "Di İstanbul", "İstanbul"),
        ("sinir", "Sınır kota", "Sınır"),
        ("οδος", "ΟΔΟΣ itu", "ΟΔΟΣ"),
        ("Nurdin Halim", "Nurdin. halim", "Nurdin. halim"),
        ("Prof Halim", "bersama Prof. Halim", "Prof. Halim"),
    ],
)
def test_a_word_is_found_however_it_is_written_and_named_as_written(
    query: str, body: str, written: str
) -> None:
    assert matched(query, body) == [written]


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("Astana", "Istana negara"),
        ("Astana", "Polsek Astanaanyar"),
        ("istana", "Astana"),
        ("kpk", "kpk_ri dan kpk2"),
        ("kaf", "di Kafé ini"),
        ("api", "tapi"),
        ("Malu", "warga Maluku"),
        ("Bea Cukai", "Ia kena bea. Cukai naik."),
        ("Bea Cukai", "kena bea\n\ncukai naik"),
        ("Bea Cukai", "beanya cukai"),
        ("Bea Cukai", "Cukai Bea"),
        ("Suriah NEAR/1 Rusia", "Suriah dan tim Rusia"),
        ("Suriah NEAR/3 Suriah", "Suriah saja"),
        ("Suriah AND NOT Rusia", "Suriah dan Rusia"),
    ],
)
def test_other_words_are_not_found(query: str, body: str) -> None:
    assert matched(query, body) is None


@pytest.mark.parametrize(
    ("query", "body", "written"),
    [
        (
            "Astana NEAR/3 (Rusia OR Turki)",
            "Turki ke Astana, lalu Iran. Rusia",
            ["Turki", "Astana", "Rusia"],
        ),
        ("Suriah NEAR/0 Rusia", "Suriah-lah Rusia", ["Suriah-lah", "Rusia"]),
        ("(a AND b) OR c", "a saja, c juga", ["c"]),
        ("rob AND NOT banjir", "rob, rob", ["rob", "rob"]),
        ("NOT banjir", "rob", []),
        ("rob rob", "rob rob rob", ["rob rob rob"]),
        ("rob OR (rob AND rob)", "rob", ["rob"]),
    ],
)
def test_spans_are_the_words_that_made_the_query_hold(
    query: str, body: str, written: list[str]
) -> None:
    assert matched(query, body) == written


def test_words_of_one_query_may_stand_in_different_fields() -> None:
    assert matched("Suriah AND Astana", "dari Astana", title="Suriah") == ["Astana", "Suriah"]
    assert matched("Suriah NEAR/99 Astana", "dari Astana", title="Suriah") is None


def test_only_the_fields_that_a_watchlist_names_are_looked_at() -> None:
    article = {"title": "Suriah", "body": "Suriah", "tags": ["kota Palu", "Suriahnya"]}
    matcher = Matcher([watchlist("Suriah", fields=("tags",))])
    assert matcher.match(article, None) == (
        Match(
            watchlist="satu",
            spans=(Span(field="tags", start=10, end=19, text="Suriahnya"),),
        ),
    )


def test_a_phrase_does_not_run_from_one_tag_to_the_next() -> None:
    matcher = Matcher([watchlist("Palu Suriah", fields=("tags",))])
    assert not matcher.match({"tags": ["kota Palu", "Suriah"]}, None)
    assert matcher.match({"tags": ["kota", "Palu Suriah"]}, None)


def test_an_article_of_another_site_does_not_concern_a_watchlist() -> None:
    matcher = Matcher([watchlist("rob", sites=frozenset({"koran"}))])
    assert matcher.match({"body": "rob"}, "koran")
    assert not matcher.match({"body": "rob"}, "lain")
    assert not matcher.match({"body": "rob"}, None)


def test_watchlists_come_in_the_order_in_which_they_were_given() -> None:
    lists = [Watchlist(name=name, query=parse("rob")) for name in ("b", "a", "c")]
    found = Matcher(lists).match({"body": "rob"}, None)
    assert [match.watchlist for match in found] == ["b", "a", "c"]


def test_an_unknown_language_might_be_the_right_one() -> None:
    matcher = Matcher([watchlist("rob", languages=frozenset({"id"}))])
    assert matcher.names({"body": "rob"}, None, language="id")
    assert matcher.names({"body": "rob"}, None)
    assert not matcher.names({"body": "rob"}, None, language="en")


@pytest.mark.parametrize(
    ("on", "names"),
    [
        (date(2018, 1, 1), ("lama",)),
        (date(2020, 1, 1), ("lama", "nama")),
        (date(2022, 9, 17), ("lama", "nama")),
        (date(2023, 1, 1), ("lama",)),
        (None, ("lama", "nama")),
    ],
)
def test_a_name_of_a_time_counts_in_articles_of_that_time(
    on: date | None, names: tuple[str, ...]
) -> None:
    expanded = shipped_aliases().expanded
    matcher = Matcher(
        Watchlist(name=name, query=expanded(parse(text)))
        for name, text in (("lama", '"Nur-Sultan"'), ("nama", "Astana NEAR/9 damai"))
    )
    assert matcher.names({"body": "Perundingan damai di Nur-Sultan"}, None, on=on) == names


def test_fields_are_read_by_their_names() -> None:
    article = {
        "title": "Banjir di Gowa",
        "body": "\n\nAir naik.\n\nKPK periksa bupati Maros.",
        "author": ["Ani Lestari", "Budi"],
        "section": "Daerah",
        "url": "https://koran.example/daerah/banjir-gowa-12",
    }
    for query, meets in {
        "lead:naik": True,
        "lead:gowa": True,
        "lead:periksa": False,
        "author:lestari": True,
        "author:(lestari budi)": False,
        "lestari": False,
        "section:daerah AND periksa": True,
        "url:(banjir gowa)": True,
        "site:koran": True,
        "site:harian": False,
        "tags:banjir": False,
        "NOT tags:banjir AND maros": True,
    }.items():
        assert bool(Matcher([watchlist(query)]).names(article, "koran-kota")) is meets, query


@pytest.mark.parametrize(
    ("query", "body", "written"),
    [
        (
            "~serang",
            "Tentara menyerangnya; serangan, penyerangan",
            ["menyerangnya", "serangan", "penyerangan"],
        ),
        ("~serang udara", "serangan udaranya", ["serangan udaranya"]),
        ("~serang udara", "serangannya udara", None),
        ("~teri", "menteri", None),
        ("~bekas", "di Bekasi", None),
        ("korup*", "koruptor-koruptor itu korup", ["koruptor", "koruptor", "korup"]),
        ("bea cuk*", "Bea. cukai", ["Bea. cukai"]),
        ('"KPK"c', "kpk, KPK, KPKnya, Kpk", ["KPK", "KPKnya"]),
        ('"Kafé"c', "kafe Kafe\u0301", ["Kafe\u0301"]),
        ("/(?:de|me)[mn]o\\w*/", "Demo, memo dan DENOTASI", ["Demo", "memo", "DENOTASI"]),
        ("/DEMO/c", "Demo \U0001f6a8 DEMO", ["DEMO"]),
        ("/^banjir/", "banjir\nbanjir", ["banjir"]),
        ("rob{2,}", "rob dan rob", ["rob", "rob"]),
        ("rob{2,}", "rob", None),
        (
            "(rob OR banjir OR /rob/){3}",
            "rob, robnya dan banjir",
            ["rob", "rob", "robnya", "banjir"],
        ),
        ("rob{1}", "rob rob", None),
        ("a ONEAR/1 b", "a x b", ["a", "b"]),
        ("a ONEAR/1 b", "b a", None),
    ],
)
def test_everything_that_the_language_has_is_found_where_it_stands(
    query: str, body: str, written: list[str] | None
) -> None:
    found = matched(query, body)
    assert (found if found is None else sorted(found)) == (written and sorted(written))


def test_half_a_surrogate_pair_stops_no_regular_expression() -> None:
    assert matched("/banjir/", "\ud83d banjir") == ["banjir"]


def test_an_edit_is_matched_at_once_and_the_others_stay() -> None:
    before = Matcher([Watchlist(name=name, query=parse(name)) for name in ("rob", "banjir", "api")])
    after = before.edited(
        [
            Watchlist(name="rob", query=parse("air")),
            Watchlist(name="baru", query=parse("tags:air")),
        ],
        ["banjir"],
    )
    article = {"body": "rob banjir air api", "tags": ["air"]}
    assert before.names(article, None) == ("rob", "banjir", "api")
    assert after.names(article, None) == ("api", "rob", "baru")
    again = after.edited([Watchlist(name="banjir", query=parse("rob"))], ["baru"])
    assert again.names(article, None) == ("api", "rob", "banjir")


def test_a_reference_that_nobody_resolved_is_no_match_but_a_mistake() -> None:
    with pytest.raises(ValueError, match="@rob must be resolved"):
        Matcher([watchlist("@rob")]).match({"body": "rob"}, None)


def test_no_watchlists_match_nothing() -> None:
    assert Matcher([]).match({"title": "rob", "body": ""}, None) == ()


def test_a_fingerprint_changes_with_the_meaning_only() -> None:
    plain = watchlist("a OR b")
    assert plain.fingerprint == watchlist("a  ATAU (b)", notify=("surel",)).fingerprint
    others = [
        watchlist("a AND b"),
        watchlist("a OR b", fields=("title",)),
        watchlist("a OR b", sites=frozenset({"koran"})),
    ]
    assert len({plain.fingerprint, *(other.fingerprint for other in others)}) == 4
