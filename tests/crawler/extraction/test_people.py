from __future__ import annotations

import pytest

from crawler.extraction import people
from crawler.extraction.claims import Claim
from crawler.extraction.people import Part
from crawler.extraction.publishers import publisher

KORAN = publisher("https://koransore.co.id/a", [Claim(value="Koran Sore", source="x")])


@pytest.mark.parametrize(
    ("text", "authors", "editors"),
    [
        ("Editor : Andi Baso", (), ("Andi Baso",)),
        ("Penulis: Siti Aminah | Editor: Andi Baso", ("Siti Aminah",), ("Andi Baso",)),
        ("Reporter : Ujang Permana", ("Ujang Permana",), ()),
        ("Red: Budi Waluyo", (), ("Budi Waluyo",)),
        ("Oleh Maria Ulfa", ("Maria Ulfa",), ()),
        ("Laporan: Tono, Tini dan Toni Sucipto", ("Tono", "Tini", "Toni Sucipto"), ()),
        ("Penulis: Siti Aminah - 5 Juni 2024 07:02 WIB", ("Siti Aminah",), ()),
        ("Penulis: Tim Redaksi", (), ()),
        ("Penulis: Koran Sore", (), ()),
        ("Kepala desa mengatakan jembatan sudah selesai.", (), ()),
        ("oleh karena itu warga mengungsi", (), ()),
    ],
)
def test_a_byline_tells_authors_from_editors(
    text: str, authors: tuple[str, ...], editors: tuple[str, ...]
) -> None:
    said = people.byline(text, KORAN)
    assert said.get(Part.AUTHOR, ()) == authors
    assert said.get(Part.EDITOR, ()) == editors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kontributor Bone, Andi Fitrah", ("Andi Fitrah",)),
        ("Siti Aminah - koransore", ("Siti Aminah",)),
        ("Siti Aminah (SA)", ("Siti Aminah",)),
        ("Natasha Putri, Jurnalis", ("Natasha Putri",)),
        ("Koransore.co.id", ()),
        ("PT Media Koran Sore", ()),
        ("admin", ()),
        ("https://www.facebook.com/koransore", ()),
        ("redaksi@koransore.co.id", ()),
        ("Siti Aminah; siti aminah", ("Siti Aminah",)),
        ("", ()),
    ],
)
def test_roles_places_and_the_site_are_stripped(text: str, expected: tuple[str, ...]) -> None:
    assert people.names(text, KORAN) == expected


def test_an_editor_is_not_taken_for_an_author() -> None:
    assert people.without(("Siti Aminah", "Andi Baso"), ("ANDI BASO",)) == ("Siti Aminah",)


def test_a_label_alone_names_its_part() -> None:
    assert people.bare_label("Penulis") is Part.AUTHOR
    assert people.bare_label(" Editor : ") is Part.EDITOR
    assert people.bare_label("Editorial") is None
