"""`siaga why` and `siaga backtest`, as people and programs see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.records import SURIAH

if TYPE_CHECKING:
    from tests.e2e.program import Program

URL = "https://koran.example/suriah"


def test_why_tells_of_an_article_that_was_told_and_of_one_that_was_not(archive: Program) -> None:
    told = archive.run("why", URL, "suriah")
    assert told.status == 0, told.err
    assert "✓ matched             " in told.out
    assert "suriah  body: Suriah, title: Suriah" in told.out
    silent = archive.run("why", SURIAH["url"], "astana")
    assert silent.out.endswith(
        "stopped at: channels: the watchlist notifies no channel (notify: [])\n"
    )
    missed = archive.run("why", "https://koran.example/beras", "suriah")
    assert "stopped at: matched: " in missed.out
    assert missed.status == 0


def test_why_of_an_address_that_was_never_seen_says_what_is_near(archive: Program) -> None:
    (found,) = archive.ask("why", "https://koran.example/berass", "suriah")
    assert found["stopped_by"] == "announced"
    assert "known, and near: https://koran.example/beras" in found["stages"][0]["lines"]


def test_why_refuses_what_it_does_not_know(archive: Program) -> None:
    done = archive.run("why", URL, "suria")
    assert (done.status, done.out) == (2, "")
    assert "no watchlist 'suria' (did you mean 'suriah'?)" in done.err
    done = archive.run("why", "koran.example/suriah", "suriah")
    assert (done.status, "write https://" in done.err) == (2, True)


def test_backtest_shows_what_an_edit_would_add_and_remove(archive: Program) -> None:
    edited = archive.config.read_text(encoding="utf-8").replace("any: [Suriah]", "any: [beras]")
    (archive.directory / "baru.yaml").write_text(edited, encoding="utf-8")
    done = archive.run("--config", "baru.yaml", "backtest", "suriah")
    assert (done.status, done.err) == (0, "")
    assert "Harga [beras] turun" in done.out
    assert "Utusan Suriah tiba di Astana" in done.out
    every = archive.run("--config", "baru.yaml", "backtest")
    assert "suriah: Harga [beras] turun" in every.out
    (suriah, astana) = archive.ask("--config", "baru.yaml", "backtest", "--since", "2020-01-01")
    assert (suriah["added"], suriah["removed"], suriah["articles"]) == (1, 1, 2)
    assert (astana["added"], astana["removed"], astana["would_match"]) == (0, 0, 1)


def test_backtest_refuses_what_it_does_not_know(archive: Program) -> None:
    done = archive.run("backtest", "suria")
    assert (done.status, done.out) == (2, "")
    assert "did you mean 'suriah'?" in done.err
