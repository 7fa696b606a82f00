from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction import dates

NOW = datetime(2024, 10, 4, 12, 41, 40, tzinfo=UTC)
WIB, WITA, WIT = (timezone(timedelta(hours=hours)) for hours in (7, 8, 9))
MONTHS = (
    ("Januari", "Jan", "January"),
    ("Februari", "Feb", "Pebruari"),
    ("Maret", "Mar", "March"),
    ("April", "Apr", "April"),
    ("Mei", "Mei", "May"),
    ("Juni", "Jun", "June"),
    ("Juli", "Jul", "July"),
    ("Agustus", "Agt", "Agu", "Ags", "August"),
    ("September", "Sept", "Sep"),
    ("Oktober", "Okt", "October"),
    ("November", "Nov", "Nopember", "Nop"),
    ("Desember", "Des", "December"),
)
WEEKDAYS = (
    ("Senin", "Monday"),
    ("Selasa", "Tue"),
    ("Rabu", "Wednesday"),
    ("Kamis", "Thu"),
    ("Jum'at", "Jumat", "Jum’at", "Friday"),
    ("Sabtu", "Sat"),
    ("Minggu", "Ahad", "Sunday"),
)
ZONES = {
    "WIB": WIB,
    "wita": WITA,
    "WIT": WIT,
    "GMT+7": WIB,
    "+08": WITA,
    "+0800": WITA,
    "(WIT)": WIT,
}


def _parse(text: str, zone: str = "Asia/Makassar") -> datetime | date | None:
    return dates.parse(text, timezone=zone, now=NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tayang: Rabu, 5 Juni 2024 07:02 WITA", datetime(2024, 6, 5, 7, 2, tzinfo=WITA)),
        ("Koran.com- 18/06/2023, 19:46 WIB", datetime(2023, 6, 18, 19, 46, tzinfo=WIB)),
        ("Jum'at, 24 Mei 2024 | 07.08 wit", datetime(2024, 5, 24, 7, 8, tzinfo=WIT)),
        ("Senin, 3 Juni 2024 / 09 : 19", datetime(2024, 6, 3, 9, 19, tzinfo=WITA)),
        ("DAERAH | 17 Juni 2021 11:38", datetime(2021, 6, 17, 11, 38, tzinfo=WITA)),
        ("Diperbarui 7 Desember 2022 Pukul 13.02 WIB", datetime(2022, 12, 7, 13, 2, tzinfo=WIB)),
        ("on 16 Feb 2016 at 09:10 WIB", datetime(2016, 2, 16, 9, 10, tzinfo=WIB)),
        ("Monday, 03 June, 2024 | 07:28 PM", datetime(2024, 6, 3, 19, 28, tzinfo=WITA)),
        ("Feb 06, 2017 17:03 Asia/Jakarta", datetime(2017, 2, 6, 17, 3, tzinfo=WIB)),
        ("19:15 WIB, 02 Jun 2020", datetime(2020, 6, 2, 19, 15, tzinfo=WIB)),
        ("2024-06-05T07:02:03Z", datetime(2024, 6, 5, 7, 2, 3, tzinfo=UTC)),
        ("2024-06-05T07:02:03.123+0700", datetime(2024, 6, 5, 7, 2, 3, tzinfo=WIB)),
        ("2024-06-05 07:02:03", datetime(2024, 6, 5, 7, 2, 3, tzinfo=WITA)),
        ("2024/06/05 07:02", datetime(2024, 6, 5, 7, 2, tzinfo=WITA)),
        ("2024-06-05 T07:02:03Z", datetime(2024, 6, 5, 7, 2, 3, tzinfo=UTC)),
        ("Wed, 05 Jun 2024 07:02:03 +0700", datetime(2024, 6, 5, 7, 2, 3, tzinfo=WIB)),
        ("12/25/2023 20:43", datetime(2023, 12, 25, 20, 43, tzinfo=WITA)),
        ("1 Oktober 2025", date(2025, 10, 1)),
        ("Minggu, 05 Okt 2025,  WIT", date(2025, 10, 5)),
        ("hari Ahad (5/02/2017)", date(2017, 2, 5)),
        ("2024-06-05", date(2024, 6, 5)),
    ],
)
def test_dates_are_read_as_sites_print_them(text: str, expected: datetime | date) -> None:
    assert _parse(text) == expected
    assert isinstance(_parse(text), datetime) == isinstance(expected, datetime)


def test_a_handwritten_stamp_with_dashes_is_read_without_its_zone() -> None:
    assert _parse("2023-11-02T20-59-53Z") == datetime(2023, 11, 2, 20, 59, 53, tzinfo=WITA)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("1 jam yang lalu", timedelta(hours=1)),
        ("7 menit lalu", timedelta(minutes=7)),
        ("sejam yang lalu", timedelta(hours=1)),
        ("3 hari silam", timedelta(days=3)),
        ("Baru saja", timedelta(0)),
    ],
)
def test_relative_dates_are_told_from_now(text: str, ago: timedelta) -> None:
    assert _parse(text) == NOW - ago


def test_today_and_yesterday_are_days_of_the_site() -> None:
    late = datetime(2024, 10, 4, 17, 30, tzinfo=UTC)  # already the fifth in Makassar
    assert dates.parse("Hari ini", timezone="Asia/Makassar", now=late) == date(2024, 10, 5)
    assert dates.parse("Kemarin, 08:15", timezone="Asia/Makassar", now=late) == datetime(
        2024, 10, 4, 8, 15, tzinfo=WITA
    )


def test_a_weekday_with_day_and_month_is_the_latest_such_day() -> None:
    assert _parse("Kamis (3/10)") == date(2024, 10, 3)
    assert _parse("Kamis (5/10)") == date(2023, 10, 5)
    assert _parse("Kamis (31/2)") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rabu 13 2017, 14:47 WIB",
        "08:12 WIB.",
        "31 Februari 2019",
        "45/12/2019",
        "Rp 2.000.000",
        "Pasal 12 ayat 2",
        "2019",
        "0812-3456-7890",
        "9999999 tahun lalu",
        "https://koran.example/2019/01/02/berita",
        "Kamis",
        "5 Januari 2024 " + "kata " * 100,
    ],
)
def test_what_is_no_date_gives_nothing(text: str) -> None:
    assert _parse(text) is None


def test_the_piece_of_text_that_says_the_date_is_kept() -> None:
    stamp = dates.read("Tayang: Rabu, 5 Juni 2024 | 07:02 WITA - dibaca 9 kali")
    assert stamp is not None
    assert stamp.text == "Rabu, 5 Juni 2024 | 07:02 WITA"
    assert stamp.weekday is True


def test_a_wrong_weekday_is_noticed() -> None:
    stamp = dates.read("Senin, 5 Juni 2024 07:02")
    assert stamp is not None
    assert stamp.weekday is False


@settings(max_examples=150, deadline=None)
@given(
    at=st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2099, 12, 31)),  # noqa: DTZ001
    data=st.data(),
)
def test_a_date_printed_in_any_known_form_is_read_back(at: datetime, data: st.DataObject) -> None:
    month = data.draw(st.sampled_from(MONTHS[at.month - 1]))
    weekday = data.draw(st.sampled_from(WEEKDAYS[at.weekday()]))
    zone = data.draw(st.sampled_from(["", *ZONES]))
    comma = data.draw(st.sampled_from([", ", " ", " | ", " - ", " / ", " · ", " pukul "]))
    colon = data.draw(st.sampled_from([":", ".", " : "]))
    day = data.draw(
        st.sampled_from(
            [
                f"{at.day} {month} {at.year}",
                f"{at.day:02} {month} {at.year}",
                f"{weekday}, {at.day} {month} {at.year}",
                f"{weekday} {at.day}-{month}-{at.year}",
                f"{weekday}, {at:%d/%m/%Y}",
                f"{at.day}/{at.month}/{at.year}",
                f"{at:%Y-%m-%d}",
                f"{month} {at.day}, {at.year}",
            ]
        )
    )
    prefix = data.draw(
        st.sampled_from(["", "Tayang: ", "Koran.com - ", "Diperbarui ", "Jurnalis-"])
    )
    text = f"{prefix}{day}{comma}{at.hour:02}{colon}{at.minute:02} {zone}".strip()
    expected = at.replace(second=0, microsecond=0, tzinfo=ZONES.get(zone, ZoneInfo("Asia/Jakarta")))
    assert dates.parse(text, timezone="Asia/Jakarta", now=NOW) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=0x2FF), max_size=60))
def test_any_text_gives_a_date_or_nothing(text: str) -> None:
    found = _parse(text)
    assert found is None or isinstance(found, date)
    assert not isinstance(found, datetime) or found.tzinfo is not None


def test_dates_cost_nothing_but_the_standard_library() -> None:
    code = (
        "import sys, crawler.extraction.dates;"
        "print(sorted({'lxml', 'trafilatura', 'htmldate', 'py3langid', 'scrapy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
