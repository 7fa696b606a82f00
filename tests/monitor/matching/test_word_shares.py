"""The words of the newest articles, counted by how many have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.matching.word_shares import word_shares
from tests.monitor.desk import Desk, page

if TYPE_CHECKING:
    from pathlib import Path


def test_a_word_counts_once_an_article_however_it_is_written(tmp_path: Path) -> None:
    with Desk(tmp_path, "[]") as desk:
        assert word_shares(desk.db.conn) == {}
        desk.visit(page("/a", "Banjir, BANJIR", "Air."), page("/b", "Air surut", "Warga."))
        shares = word_shares(desk.db.conn)
    assert (shares["banjir"], shares["air"], shares["warga"]) == (0.5, 1.0, 0.5)
