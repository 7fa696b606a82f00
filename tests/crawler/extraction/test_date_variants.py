"""Dates as Indonesian sites print them, and what looks like one: a table that reads downwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from crawler.extraction import dates

NOW = datetime(2024, 5, 8, 12, 0, tzinfo=UTC)  # Wednesday, 20:00 in Makassar
WIB, WITA, WIT = (timezone(timedelta(hours=hours)) for hours in (7, 8, 9))
DATES: dict[str, datetime | date] = {
    "Selasa, 7 Mei 2024 | 09:05": datetime(2024, 5, 7, 9, 5, tzinfo=WITA),
    "Sel 07/05/24 09.05 WITA": datetime(2024, 5, 7, 9, 5, tzinfo=WITA),
    "Sel, 7 Mei 24 09:05 WIB": datetime(2024, 5, 7, 9, 5, tzinfo=WIB),
    "07/05/24": date(2024, 5, 7),
    "07-05-24, 09:05": datetime(2024, 5, 7, 9, 5, tzinfo=WITA),
    "07 Mei 2024 09:05:11": datetime(2024, 5, 7, 9, 5, 11, tzinfo=WITA),
    "Published: 7 May 2024, 9:05 am": datetime(2024, 5, 7, 9, 5, tzinfo=WITA),
    "Published on May 7, 2024 9:05 PM": datetime(2024, 5, 7, 21, 5, tzinfo=WITA),
    "May 7th, 2024": date(2024, 5, 7),
    "7th May 2024 at 21:05": datetime(2024, 5, 7, 21, 5, tzinfo=WITA),
    "May 7, 2024, 12:05 a.m.": datetime(2024, 5, 7, 0, 5, tzinfo=WITA),
    "May 7, 2024, 12:05 p.m. WITA": datetime(2024, 5, 7, 12, 5, tzinfo=WITA),
    "Diterbitkan 2 jam yang lalu": NOW - timedelta(hours=2),
    "Diterbitkan: 2 jam lalu": NOW - timedelta(hours=2),
    "Terakhir diperbarui: 7 Mei 2024 pukul 09.05 WIT": datetime(2024, 5, 7, 9, 5, tzinfo=WIT),
    "Selasa, 7 Mei 2024 pukul 09.05": datetime(2024, 5, 7, 9, 5, tzinfo=WITA),
    "Selasa, 7 Mei 2024, pukul: 09.05 Wita": datetime(2024, 5, 7, 9, 5, tzinfo=WITA),
    "Selasa, 7 Mei 2024 Jam 9.05 pagi": datetime(2024, 5, 7, 9, 5, tzinfo=WITA),
    "Selasa, 7 Mei 2024 jam 9.05 malam": datetime(2024, 5, 7, 21, 5, tzinfo=WITA),
    "kemarin, 14:00 WIB": datetime(2024, 5, 7, 14, 0, tzinfo=WIB),
    "Kemarin pukul 14.00": datetime(2024, 5, 7, 14, 0, tzinfo=WITA),
    "kemarin": date(2024, 5, 7),
    "hari ini, 08:00": datetime(2024, 5, 8, 8, 0, tzinfo=WITA),
    "Hari ini | 08.00 WITA": datetime(2024, 5, 8, 8, 0, tzinfo=WITA),
    "Senin (6/5)": date(2024, 5, 6),
    "Senin (6/5/2024)": date(2024, 5, 6),
    "Senin (06/05/24)": date(2024, 5, 6),
    "Senin, 6/5/2024 - 7:5": date(2024, 5, 6),
    "MAKASSAR, 7 Mei 2024": date(2024, 5, 7),
    "Makassar, Selasa 7 Mei 2024": date(2024, 5, 7),
    "Min, 5 Mei 2024 10:00 WIB": datetime(2024, 5, 5, 10, 0, tzinfo=WIB),
    "Rabu Pahing, 8 Mei 2024 07:30 WIB": datetime(2024, 5, 8, 7, 30, tzinfo=WIB),
    "Rabu Pahing 8 Mei 2024": date(2024, 5, 8),
    "Sabtu Legi, 4 Mei 2024 | 07:30": datetime(2024, 5, 4, 7, 30, tzinfo=WITA),
    "9 Sept 2023 12:00": datetime(2023, 9, 9, 12, 0, tzinfo=WITA),
    "9 Sept. 2023 12:00": datetime(2023, 9, 9, 12, 0, tzinfo=WITA),
    "12 Nopember 2023": date(2023, 11, 12),
    "12 Pebruari 2023, 08.00 WIB": datetime(2023, 2, 12, 8, 0, tzinfo=WIB),
    "Jum’at, 3 Mei 2024 16:20 WIT": datetime(2024, 5, 3, 16, 20, tzinfo=WIT),
    "Jum'at Kliwon, 3/5/2024": date(2024, 5, 3),
    "Jum`at 03-05-2024 16:20": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "Jumat,3 Mei 2024-16:20": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "Jumat,03Mei2024 16:20": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "3Mei 2024": date(2024, 5, 3),
    "3 Mei2024 16.20": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "03 MEI 2024 16.20 WIB": datetime(2024, 5, 3, 16, 20, tzinfo=WIB),
    "03-Mei-2024": date(2024, 5, 3),
    "03.05.2024 16:20": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "03.05.2024, 16.20 Uhr": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "2024-05-03 16:20:11 WIB": datetime(2024, 5, 3, 16, 20, 11, tzinfo=WIB),
    "2024-05-03 16:20 +0700": datetime(2024, 5, 3, 16, 20, tzinfo=WIB),
    "2024-05-03T16:20+07": datetime(2024, 5, 3, 16, 20, tzinfo=WIB),
    "2024-05-03T16:20:11.000000Z": datetime(2024, 5, 3, 16, 20, 11, tzinfo=UTC),
    "20240503T162011Z": datetime(2024, 5, 3, 16, 20, 11, tzinfo=UTC),
    "Fri, 03 May 2024 09:20:11 GMT": datetime(2024, 5, 3, 9, 20, 11, tzinfo=UTC),
    "Fri May 03 2024 16:20:11 GMT+0700 (Western Indonesia Time)": datetime(
        2024, 5, 3, 16, 20, 11, tzinfo=WIB
    ),
    "Friday, 3 May 2024 16:20 (GMT+8)": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "3 Mei 2024 16:20 WIB (UTC+7)": datetime(2024, 5, 3, 16, 20, tzinfo=WIB),
    "16:20 WIB - 3 Mei 2024": datetime(2024, 5, 3, 16, 20, tzinfo=WIB),
    "16.20 | Jumat, 3 Mei 2024": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "Pukul 16.20 WITA, Jumat 3 Mei 2024": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "Diperbarui: 03 Mei 2024, 16:20 • 3 menit baca": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "3 Mei 2024 • 3 menit membaca": date(2024, 5, 3),
    "3 Mei 2024 2 min read": date(2024, 5, 3),
    "Diposting pada 3 Mei 2024 16:20": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "Diposting oleh Andi pada 3 Mei 2024": date(2024, 5, 3),
    "by Redaksi — 3 Mei 2024 in Daerah": date(2024, 5, 3),
    "Rabu, 1/5/2024 | 16:20 WIB | Dibaca 1.234 kali": datetime(2024, 5, 1, 16, 20, tzinfo=WIB),
    "Tayang: Jumat, 3 Mei 2024 16:20 WITA | Diperbarui: Sabtu, 4 Mei 2024 07:00 WITA": datetime(
        2024, 5, 3, 16, 20, tzinfo=WITA
    ),
    "Terbit: 3/5/2024 16:20 WIB": datetime(2024, 5, 3, 16, 20, tzinfo=WIB),
    "Rilis: Jumat 3 Mei 2024": date(2024, 5, 3),
    "3 Mei 2024 | 16:20:11 WIB": datetime(2024, 5, 3, 16, 20, 11, tzinfo=WIB),
    "3 Mei 2024 : 16.20 Wib": datetime(2024, 5, 3, 16, 20, tzinfo=WIB),
    "3 Mei 2024 ; 16.20 Wib": datetime(2024, 5, 3, 16, 20, tzinfo=WIB),
    "3 Mei 2024 • 16:20": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "3\u00a0Mei\u00a02024\u00a016:20": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "3 Mei 2024\n16:20 WIB": datetime(2024, 5, 3, 16, 20, tzinfo=WIB),
    "3 Mei 2024 16:20 WIT.": datetime(2024, 5, 3, 16, 20, tzinfo=WIT),
    "3 Mei, 2024": date(2024, 5, 3),
    "3 Mei 2024 24:00": date(2024, 5, 3),
    "Mei 3, 2024 16:20": datetime(2024, 5, 3, 16, 20, tzinfo=WITA),
    "5 menit yang lalu | Daerah": NOW - timedelta(minutes=5),
    "Sekitar 3 jam lalu": NOW - timedelta(hours=3),
    "semenit lalu": NOW - timedelta(minutes=1),
    "sehari yang lalu": NOW - timedelta(days=1),
    "seminggu lalu": NOW - timedelta(days=7),
    "1 hour ago": NOW - timedelta(hours=1),
    "2 hours ago": NOW - timedelta(hours=2),
    "an hour ago": NOW - timedelta(hours=1),
    "3 days ago": NOW - timedelta(days=3),
    "2 jam 5 menit yang lalu": NOW - timedelta(hours=2, minutes=5),
    "15 mnt lalu": NOW - timedelta(minutes=15),
    "yesterday, 14:00": datetime(2024, 5, 7, 14, 0, tzinfo=WITA),
    "today 08:00": datetime(2024, 5, 8, 8, 0, tzinfo=WITA),
    "2j lalu": NOW - timedelta(hours=2),
    "Just now": NOW,
    "Baru saja": NOW,
    "kemarin lusa": date(2024, 5, 6),
    "29 Februari 2024": date(2024, 2, 29),
    "Selasa, 7 Mei": date(2024, 5, 7),
    "Selasa, 7 Mei 09:05 WIB": datetime(2024, 5, 7, 9, 5, tzinfo=WIB),
}
NO_DATES = (
    "20240503162011",
    "Mei 2024",
    "2 jam",
    "setengah jam lalu",
    "tadi pagi",
    "12 Rabi'ul Awal 1445 H",
    "1 Muharram 1446 H",
    "7 Mei 1445 H",
    "0411-872-1234",
    "0812 3456 7890",
    "+62 811-2024-05",
    "+62-812-05-06-2024",
    "skor 2-1",
    "PSM 2-1 Persija",
    "Rp 10.000",
    "10.000",
    "Rp 7.05.2024,00",
    "Rabu 13 2017",
    "v1.2.2024",
    "versi 3.5.2024.1",
    "192.168.1.20",
    "10.05.20.24",
    "08:12 WIB.",
    "09.05 WITA",
    "5-7 Mei 2024",
    "5 - 7 Mei 2024",
    "3 Mei - 7 Mei 2024",
    "2023/2024",
    "2023-2024",
    "Pasal 5/2024",
    "UU No. 7 Tahun 2024",
    "Nomor 3/5/2024/PUU",
    "No. 12/05/2024-B",
    "PP 71/2019",
    "32 Mei 2024",
    "31/04/2024",
    "30 Februari 2024",
    "0 Mei 2024",
    "Sabtu 25:70",
    "00/00/0000",
    "0000-00-00 00:00:00",
    "29 Februari 2023",
    "7 Mei",
    "Rabu, 7 Mei 24",
    "Selasa",
    "2024",
    "09:05",
    "13/13/2024",
    "Covid-19",
    "Liga 1 2023/24",
    "1.234.567",
    "Tahun 1998",
    "ISBN 978-602-05-2024-1",
    "NIP 19700507 199803 1 002",
    "73.71/05/2024",
    "50% dari 2024",
    "100/60 mmHg",
    "Kode pos 90245",
)


def _parse(text: str) -> datetime | date | None:
    return dates.parse(text, timezone="Asia/Makassar", now=NOW)


@pytest.mark.parametrize("text", DATES)
def test_every_way_to_print_a_date_is_read(text: str) -> None:
    found = _parse(text)
    assert found == DATES[text]
    assert type(found) is type(DATES[text])


@pytest.mark.parametrize("text", NO_DATES)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert _parse(text) is None


@pytest.mark.parametrize(
    "text", [text for text in DATES if "lalu" not in text and "ago" not in text]
)
def test_a_date_is_the_same_in_capitals_and_between_spaces(text: str) -> None:
    assert _parse(f"  {text.upper()} ") == DATES[text]
