"""Commands that keep the archive: exports that open elsewhere, backups that can be put back."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.e2e.records import BERAS

if TYPE_CHECKING:
    from tests.e2e.program import Program


def test_articles_are_exported_as_a_table_that_spreadsheets_read(own: Program) -> None:
    formula = {**BERAS, "title": "=HYPERLINK(1)", "body": "Isi lain, dengan koma.\n\nDua baris."}
    own.write_lines("berita.jsonl", {**formula, "url": "https://koran.example/rumus"})
    own.run("import", "berita.jsonl")
    done = own.run("export", "--output", "arsip.csv")
    assert (done.status, done.out, done.err) == (0, "", "arsip.csv: 1 row\n")
    with (own.directory / "arsip.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["title"] == "'=HYPERLINK(1)"
    assert row["body"] == "Isi lain, dengan koma.\n\nDua baris."


def test_matches_and_alerts_are_exported_with_their_words(archive: Program) -> None:
    matches = archive.run("export", "matches", "--format", "jsonl").lines
    assert {(one["watchlist"], one["words"]) for one in matches} == {
        ("suriah", "Suriah"),
        ("astana", "Astana"),
    }
    (alert,) = archive.run("export", "alerts", "--format", "jsonl").lines
    assert (alert["watchlists"], alert["title"]) == ("suriah", "Utusan Suriah tiba di Astana")
    assert archive.run("export", "alerts", "--since", "2999-01-01").out.count("\n") == 1


def test_an_export_that_cannot_be_written_says_so(archive: Program) -> None:
    done = archive.run("export", "--output", "tidak/ada.csv")
    assert done.status == 2
    assert "cannot be written" in done.err


def test_a_backup_is_put_back_and_what_was_there_is_kept(own: Program) -> None:
    own.write_lines("beras.jsonl", BERAS)
    own.run("import", "beras.jsonl")
    assert own.run("backup", "cadangan.db").status == 0
    own.write_lines("lain.jsonl", {**BERAS, "url": "https://koran.example/lain", "body": "Lain."})
    own.run("import", "lain.jsonl")
    assert len(own.ask("articles")) == 2
    done = own.run("restore", "cadangan.db")
    assert done.status == 0
    assert len(own.ask("articles")) == 1
    (kept,) = own.directory.glob("siaga.db.before-*")
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (2,)


def test_what_is_no_backup_is_not_put_back(own: Program) -> None:
    own.run("import", str(own.write_lines("beras.jsonl", BERAS)))
    letter = own.directory / "surat.txt"
    letter.write_text(json.dumps(BERAS))
    done = own.run("restore", "surat.txt")
    assert done.status == 1
    assert done.err == "siaga: surat.txt is no copy of Siaga's database\n"
    assert len(own.ask("articles")) == 1


def test_there_is_nothing_to_back_up_before_the_first_run(own: Program) -> None:
    done = own.run("backup", "cadangan.db")
    assert done.status == 2
    assert "there is no database" in done.err
    assert not (own.directory / "cadangan.db").exists()


def test_what_is_too_old_is_pruned_and_stays_away(own: Program) -> None:
    own.write_lines("beras.jsonl", BERAS)
    own.run("import", "beras.jsonl")
    own.save(own.config.read_text(encoding="utf-8") + "keep: 1y\n")
    with closing(sqlite3.connect(own.directory / "siaga.db")) as connection, connection:
        connection.execute("UPDATE articles SET first_seen_at = '2019-01-02T04:00:00.000+00:00'")
        connection.execute("UPDATE matches SET matched_at = '2019-01-02T04:00:00.000+00:00'")
    (foreseen,) = own.ask("prune", "--dry-run")
    assert (foreseen["dry_run"], foreseen["articles"]) == (True, 1)
    done = own.run("prune")
    assert "keep: articles 1y, bodies 1y, matches 2y, log 90d\ngone: 1 article" in done.out
    own.run("import", "beras.jsonl")
    told = own.run("revisions", BERAS["url"])
    assert (told.status, "was pruned" in told.err) == (2, True)


def test_a_database_of_an_older_siaga_is_copied_first_and_one_of_a_newer_refused(
    own: Program,
) -> None:
    own.run("import", str(own.write_lines("beras.jsonl", BERAS)))
    database = own.directory / "siaga.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DROP TABLE sizes")  # as before the last migration of the monitor
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm006_sizes'")
    assert len(own.ask("articles")) == 1
    assert (own.directory / "siaga.db.before-m006_sizes").exists()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('monitor', 'm999_masa_depan', '2999-01-01')"
        )
    done = own.run("articles")
    assert (done.status, "written by a newer Siaga (m999_masa_depan)" in done.err) == (1, True)
