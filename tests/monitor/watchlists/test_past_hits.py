from __future__ import annotations

import sqlite3

from monitor.matching.matcher import Watchlist
from monitor.query.parser import parse
from monitor.watchlists.past_hits import homographs_met

POLICE = ("Polsek dijaga", "Ledakan di Astana Anyar, Bandung.")
TALKS = ("Perundingan", "Delegasi tiba di Astana.")


def archive() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT, body TEXT);"
        "CREATE TABLE matches (article_id INTEGER, watchlist TEXT)"
    )
    for number, (title, body) in enumerate([POLICE] * 4 + [TALKS] * 6):
        connection.execute("INSERT INTO articles VALUES (?, ?, ?)", (number, title, body))
        connection.execute("INSERT INTO matches VALUES (?, 'damai')", (number,))
    return connection


def told(query: str, name: str = "damai") -> list[str]:
    watchlist = Watchlist(name=name, query=parse(query))
    return [found.name for _, found in homographs_met(archive(), [watchlist])]


def test_longer_names_that_a_watchlist_met_are_found_in_its_hits() -> None:
    assert told("Astana AND (rusia OR turki)") == ["Astana Anyar"]


def test_what_is_kept_out_already_is_not_told_again() -> None:
    assert told('Astana NOT "Astana Anyar"') == []


def test_a_watchlist_without_hits_or_without_plain_words_has_met_nothing() -> None:
    assert told("Astana", name="baru") == []
    assert told('"Astana Anyar"') == []
