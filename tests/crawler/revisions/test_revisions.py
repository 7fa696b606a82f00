"""Which edits of a text are revisions, and of what kind; what is boilerplate, a wall or a withdrawal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.revisions.comparing import Change, Kind, Verdict, Version, compare

TITLE = "Longsor tutup jalan Palopo"
PARAGRAPHS = (
    "Longsor menutup jalan penghubung Palopo dan Toraja pada Selasa malam, kata petugas di lokasi.",
    "Tiga orang tewas dan dua rumah tertimbun dalam kejadian itu, menurut petugas.",
    "Alat berat dikerahkan sejak subuh, dan warga diminta memakai jalan lain lewat Enrekang.",
    "Pemerintah kota menyiapkan dapur umum bagi keluarga yang rumahnya terkena longsor itu.",
)
OLD = Version(title=TITLE, body="\n\n".join(PARAGRAPHS))


def with_body(*paragraphs: str, title: str = TITLE) -> Version:
    return Version(title=title, body="\n\n".join(paragraphs))


def verdict(new: Version, old: Version = OLD) -> Verdict:
    return compare(old, new).verdict


TRIFLES = [
    "Dibaca 1.234 kali",
    "1,2 rb views",
    "Baca juga: Pasar Sentral kembali dibuka",
    "Diperbarui: Rabu, 23 November 2022 11:20 WITA",
    "© 2024 Koran Contoh",
    "Bagikan",
    "Editor: Ani",
    "3 jam yang lalu",
    "Ikuti berita kami di Google News",
]


@pytest.mark.parametrize("trifle", TRIFLES)
def test_boilerplate_and_counters_are_no_revision(trifle: str) -> None:
    assert verdict(with_body(*PARAGRAPHS, trifle)) is Verdict.TRIVIAL
    assert verdict(OLD, with_body(trifle, *PARAGRAPHS)) is Verdict.TRIVIAL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Berita ini dibaca 10 kali.", "Berita ini dibaca 12.345 kali."),
        ("Kejadian itu, 2 jam lalu, mengejutkan.", "Kejadian itu, 3 jam lalu, mengejutkan."),
        (
            "Update: 2/1/2024 10:00 WIB Jalan tertutup.",
            "Update: 2/1/2024 12:30 WIB Jalan tertutup.",
        ),
        ("Jalan “utara” tertutup", 'JALAN "utara", tertutup.'),
        ("Katanya di lokasi. (ani)", "Katanya di lokasi. (bud)"),
        ("Jalan tertutup (Baca juga: Pasar dibuka).", "Jalan tertutup (Baca juga: Harga ikan)."),
    ],
)
def test_what_passes_within_a_paragraph_is_no_revision(old: str, new: str) -> None:
    assert verdict(with_body(*PARAGRAPHS, new), with_body(*PARAGRAPHS, old)) is Verdict.TRIVIAL


def test_paragraphs_that_the_site_puts_under_its_articles_do_not_count() -> None:
    promise = "Kami menyajikan kabar dari utara setiap hari bagi Anda."
    change = compare(OLD, with_body(*PARAGRAPHS, promise), furniture={promise})
    assert change.verdict is Verdict.TRIVIAL
    assert verdict(with_body(*PARAGRAPHS, promise)) is Verdict.REVISED


@pytest.mark.parametrize(
    ("new", "kinds"),
    [
        (with_body(*PARAGRAPHS, title="Jalan Palopo dibuka"), {Kind.HEADLINE}),
        (with_body(*PARAGRAPHS, "Jalan dibuka lagi sore ini."), {Kind.TEXT}),
        (with_body(PARAGRAPHS[0].replace("Selasa", "Rabu"), *PARAGRAPHS[1:]), {Kind.TEXT}),
        (
            with_body(PARAGRAPHS[0], PARAGRAPHS[1].replace("Tiga", "Lima"), *PARAGRAPHS[2:]),
            {Kind.TEXT, Kind.VICTIMS},
        ),
        (with_body(PARAGRAPHS[0], *PARAGRAPHS[2:]), {Kind.TEXT}),
    ],
)
def test_an_edit_is_a_revision_and_its_kinds_are_named(new: Version, kinds: set[Kind]) -> None:
    change = compare(OLD, new)
    assert (change.verdict, set(change.kinds)) == (Verdict.REVISED, kinds)


# Pages that went wrong ----------------------------------------------------------------------------


def test_the_beginning_of_a_text_is_a_wall_and_no_edit() -> None:
    assert verdict(with_body(PARAGRAPHS[0])) is Verdict.STUMP
    assert verdict(with_body(*PARAGRAPHS[:2])) is Verdict.STUMP
    assert verdict(with_body(PARAGRAPHS[0], "Selengkapnya ...")) is Verdict.STUMP


def test_a_text_that_was_cut_and_kept_its_end_was_edited() -> None:
    assert verdict(with_body(PARAGRAPHS[0], PARAGRAPHS[3])) is Verdict.REVISED


def test_a_cut_text_under_another_headline_was_edited() -> None:
    assert verdict(with_body(PARAGRAPHS[0], title="Longsor tutup jalan")) is Verdict.REVISED


def test_a_short_text_of_something_else_is_doubtful() -> None:
    other = with_body("Situs ini memakai cookie bagi pengalaman membaca yang lebih nyaman.")
    assert verdict(other) is Verdict.DOUBTFUL


def test_a_withdrawal_is_a_revision_however_short() -> None:
    withdrawn = "Redaksi mencabut berita ini dan meminta maaf kepada pembaca."
    assert verdict(with_body(withdrawn)) is Verdict.REVISED
    assert verdict(with_body("Kabar longsor di Palopo keliru.")) is Verdict.REVISED


# Properties ---------------------------------------------------------------------------------------

versions = st.builds(
    Version,
    title=st.sampled_from([TITLE, "Jalan dibuka"]),
    body=st.lists(st.sampled_from([*PARAGRAPHS, *TRIFLES]), max_size=6).map("\n\n".join),
)


@given(versions, st.lists(st.sampled_from(TRIFLES), max_size=3))
@settings(max_examples=50)
def test_trifles_never_make_a_revision(version: Version, trifles: list[str]) -> None:
    body = "\n\n".join([version.body, *trifles]) if version.body else "\n\n".join(trifles)
    assert verdict(Version(title=version.title, body=body), version) in (
        Verdict.SAME,
        Verdict.TRIVIAL,
    )


@given(versions, versions)
@settings(max_examples=50)
def test_a_change_survives_being_stored_and_the_same_text_is_none(
    old: Version, new: Version
) -> None:
    change = compare(old, new)
    assert compare(new, new).verdict is Verdict.SAME
    assert bool(change.kinds) == (change.verdict is Verdict.REVISED)
    if change.verdict is Verdict.REVISED:
        assert Change.from_data(change.to_data()) == change
