"""Pruning on a real database: what goes, what stays, and that nothing comes back or is lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.addressing import Addressed
from alerts.notice import Notice
from alerts.outbox.outbox import enqueue_notice
from core.database import immediate
from core.snapshots import size_of
from monitor.archive.search import search
from monitor.retention.pruner import Pruned, Pruner
from monitor.retention.rules import Fate, KeepConfig, horizons
from tests.monitor.desk import HOST, Desk, page

if TYPE_CHECKING:
    from collections.abc import Iterator

SURIAH = "[{name: suriah, any: [Suriah], notify: [konsol]}]"
DAY = timedelta(days=1)
YEAR = 365 * DAY
WORDS = "Para utusan duduk semeja di gedung tua dekat pasar ikan, "


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(directory=tmp_path, watchlists=SURIAH) as desk:
        desk.visit(page("/lama", "Kabar lama"))  # the first look: a baseline
        yield desk


def prune(desk: Desk, *, dry: bool = False, **keep: str) -> Pruned:
    now = desk.clock.now()
    kept = KeepConfig.model_validate(keep or {"articles": "2y", "bodies": "1y"})
    pruner = Pruner(desk.db, horizons(kept, now), now=now, dry=dry)
    for _ in pruner.steps():
        pass
    return pruner.pruned


def deliver(desk: Desk, *, state: str = "sent") -> None:
    desk.db.conn.execute("UPDATE deliveries SET state = ?, due_at = NULL", (state,))


def number(desk: Desk, sql: str, *values: Any) -> int:
    return int(desk.db.conn.execute(sql, values).fetchone()[0])


def paths(desk: Desk) -> list[str]:
    rows = desk.db.conn.execute("SELECT url FROM articles ORDER BY id")
    return [url.removeprefix(HOST) for (url,) in rows]


def is_whole(desk: Desk) -> bool:
    """Whether no row refers to one that went, and the index of words is that of the articles."""
    desk.db.conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
    return not desk.db.conn.execute("PRAGMA foreign_key_check").fetchall()


# What goes ----------------------------------------------------------------------------------------


def test_the_text_goes_before_the_article_and_the_article_before_its_matches(desk: Desk) -> None:
    desk.visit(page("/suriah", "Utusan tiba", "Utusan Suriah tiba di kota."))
    deliver(desk)
    desk.clock.move(YEAR + DAY)
    assert prune(desk).gone == {"texts": 2}
    assert [len(search(desk.db, query, limit=9)) for query in ("Suriah", "utusan")] == [0, 1]
    desk.clock.move(YEAR)
    assert prune(desk).gone == {"articles": 1, "notes": 1}
    assert paths(desk) == ["/suriah"]
    assert [one.watchlist for one in desk.matches()] == ["suriah"]
    assert len(desk.alerts()) == 1
    desk.clock.move(2 * YEAR)
    assert prune(desk).gone == {"articles": 1, "messages": 1, "notes": 1}
    assert (paths(desk), desk.alerts(), desk.deliveries()) == ([], [], [])
    assert is_whole(desk)


def test_earlier_texts_go_with_the_text_and_headlines_stay(desk: Desk) -> None:
    desk.visit(page("/kota", "Rapat di kota", f"{WORDS} dua orang hadir."))
    desk.look_again("/kota", "Rapat batal", f"{WORDS} rapat itu batal digelar.", article=2)
    desk.clock.move(YEAR)
    prune(desk)
    kept = desk.db.conn.execute("SELECT title, body FROM revisions").fetchall()
    assert kept == [("Rapat di kota", "")]
    left = "SELECT (SELECT count(*) FROM relooks) + (SELECT count(*) FROM fingerprints)"
    assert number(desk, left) == 0
    assert is_whole(desk)


def test_room_is_given_back_to_the_disk(desk: Desk) -> None:
    desk.visit(*(page(f"/{n}", f"Kabar {n}", f"{WORDS} {n} " * 400) for n in range(30)))
    desk.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = size_of(desk.directory / "siaga.db")
    desk.clock.move(YEAR + DAY)
    pruned = prune(desk)
    desk.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert pruned.octets > 30 * 400 * len(WORDS)
    assert before - size_of(desk.directory / "siaga.db") > pruned.octets / 2


def test_a_dry_run_counts_what_would_go_and_changes_nothing(desk: Desk) -> None:
    desk.visit(page("/suriah", "Utusan Suriah tiba"), page("/kota", "Kabar kota"))
    deliver(desk)
    desk.clock.move(2 * YEAR + DAY)
    before = desk.counts()
    foreseen = prune(desk, dry=True)
    assert desk.counts() == before
    pruned = prune(desk)
    del pruned.gone["notes"]  # the pages of articles that went become notes
    assert (+foreseen.gone, foreseen.held, foreseen.octets) == (
        pruned.gone,
        pruned.held,
        pruned.octets,
    )


def test_nothing_goes_where_nothing_is_said(desk: Desk) -> None:
    desk.clock.move(80 * YEAR)
    assert not prune(desk, log="forever").gone.total()


# What stays ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["pending", "held", "retry", "dead"])
def test_what_somebody_has_yet_to_get_stays_with_its_article(desk: Desk, state: str) -> None:
    desk.visit(page("/suriah", "Utusan Suriah tiba"))
    deliver(desk, state=state)
    desk.clock.move(9 * YEAR)
    pruned = prune(desk)
    assert pruned.held[Fate.OWED] == 2  # the article and the alert
    assert paths(desk) == ["/suriah"]
    assert [one.state for one in desk.deliveries()] == [state]
    deliver(desk)
    prune(desk)
    assert (paths(desk), desk.deliveries()) == ([], [])


def test_what_is_told_within_a_digest_stays_until_that_has_arrived(desk: Desk) -> None:
    desk.visit(page("/suriah", "Utusan Suriah tiba"))
    desk.visit(page("/lagi", "Utusan Suriah pulang"))
    deliver(desk)
    desk.db.conn.execute("UPDATE deliveries SET state = 'pending' WHERE id = 2")
    desk.db.conn.execute("UPDATE deliveries SET state = 'merged', carrier = 2 WHERE id = 1")
    desk.clock.move(9 * YEAR)
    prune(desk)
    assert [one.id for one in desk.deliveries()] == [1, 2]
    assert paths(desk) == ["/suriah", "/lagi"]
    deliver(desk)
    assert [prune(desk).gone["messages"] for _ in range(2)] == [1, 1]  # what it carried goes first
    assert desk.deliveries() == []
    assert is_whole(desk)


def test_what_matching_has_yet_to_read_stays(desk: Desk) -> None:
    desk.store("/utusan", "Utusan Suriah tiba")
    desk.clock.move(3 * YEAR)
    assert prune(desk).held == {Fate.UNREAD: 1}
    assert paths(desk) == ["/utusan"]
    desk.catch_up()
    assert [one.path for one in desk.matches()] == ["/utusan"]


def test_a_new_watchlist_reads_all_that_is_there_before_anything_goes(desk: Desk) -> None:
    desk.clock.move(3 * YEAR)
    desk.apply("[{name: kabar, any: [Kabar], notify: []}]")
    assert prune(desk).held == {Fate.UNREAD: 1}
    desk.catch_up()
    assert prune(desk).held == {Fate.MATCHED: 1}


def test_reading_goes_on_where_it_stood_when_the_end_of_the_log_was_pruned(desk: Desk) -> None:
    desk.clock.move(3 * YEAR)
    prune(desk)
    assert paths(desk) == []
    desk.visit(page("/suriah", "Utusan Suriah tiba", at=desk.clock.now()))
    assert [path for path, _ in desk.told()] == ["/suriah"]


def test_notices_go_with_the_notes(desk: Desk) -> None:
    to = Addressed(channel="konsol", recipient="", watchlists=(), urgent=False)
    with immediate(desk.db) as connection:
        enqueue_notice(connection, Notice(title="a", text="b"), [to], at=desk.clock.now())
    deliver(desk)
    desk.clock.move(91 * DAY)
    assert prune(desk, articles="forever").gone["messages"] == 1
    assert desk.deliveries() == []


# Never again --------------------------------------------------------------------------------------


def test_what_was_pruned_is_not_stored_again_under_any_address(desk: Desk) -> None:
    text = f"{WORDS} dan utusan Suriah bicara."
    desk.visit(page("/suriah", "Utusan tiba", text))
    deliver(desk)
    desk.clock.move(9 * YEAR)
    prune(desk)
    at = desk.clock.now()
    desk.visit(
        page("/suriah?utm_source=x", "Utusan tiba", "Teks lain tentang Suriah.", at=at),
        page("/amp/suriah", "Utusan tiba", text, at=at),
    )
    assert (paths(desk), desk.matches(), desk.alerts()) == ([], [], [])
    desk.visit(page("/amp/suriah", "Judul baru", "Suriah, disunting.", at=desk.clock.now()))
    assert paths(desk) == []  # the address by which it was known again is known


def test_a_page_that_was_never_asked_for_goes_with_the_notes(desk: Desk) -> None:
    desk.announce("/menunggu")
    prune(desk)
    unread = "SELECT count(*) FROM pages WHERE tries = 0"
    assert number(desk, unread) == 1
    desk.clock.move(3 * YEAR)
    prune(desk)
    assert number(desk, unread) == 0


def test_a_page_that_is_still_listed_is_not_read_again(desk: Desk) -> None:
    desk.clock.move(3 * YEAR)
    now = desk.clock.now().isoformat(timespec="milliseconds")
    desk.db.conn.execute("UPDATE pages SET last_listed_at = ?", (now,))
    prune(desk)
    assert number(desk, "SELECT count(*) FROM pages WHERE article_id IS NULL") == 1


number_of_article = st.integers(0, 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("list"), number_of_article, st.booleans()),
        st.tuples(st.just("store"), number_of_article, st.just(False)),
        st.tuples(st.just("grow old"), st.sampled_from([10, 100]), st.booleans()),
        st.tuples(st.just("deliver"), st.just(0), st.booleans()),
        st.tuples(st.just("catch up"), st.just(0), st.just(False)),
    ),
    min_size=10,
    max_size=24,
)


@settings(max_examples=15, deadline=None)
@given(steps=steps)
def test_whatever_comes_between_nothing_is_told_twice_and_no_delivery_is_lost(
    steps: list[tuple[str, int, bool]],
) -> None:
    with TemporaryDirectory() as folder, Desk(directory=Path(folder), watchlists=SURIAH) as desk:
        desk.visit(page("/lama", "Kabar lama"))
        story = Story(desk)
        for step in steps:
            story.play(*step)
        assert is_whole(desk)


class Story:
    """Plays steps on a desk, and holds after each what must always hold."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._told: dict[str, int] = {}
        self._pruned: set[str] = set()
        self._seen: set[int] = set()

    def play(self, step: str, n: int, flag: bool) -> None:
        owed = self._owed()
        before = set(paths(self._desk))
        self._do(step, n, flag)
        after = set(paths(self._desk))
        self._pruned |= before - after
        assert not self._pruned & after
        if step != "deliver":
            assert owed <= self._owed()
        for one in self._desk.alerts():
            if one.id not in self._seen:
                self._seen.add(one.id)
                self._told[one.url] = self._told.get(one.url, 0) + 1
        assert set(self._told.values()) <= {1}

    def _do(self, step: str, n: int, flag: bool) -> None:
        desk, at = self._desk, self._desk.clock.now()
        match step:
            case "list":
                other = f"/arsip/{n}" if flag else f"/{n}"
                desk.visit(page(other, f"Suriah {n}", f"{n} {WORDS * 3}", at=at))
            case "store":
                desk.store(f"/{n}", f"Suriah {n}")
            case "grow old":
                desk.clock.move(n * DAY)
                prune(desk, articles="30d", bodies="30d" if flag else "45d", log="30d")
            case "deliver":
                where = "WHERE id % 2" if flag else ""
                desk.db.conn.execute(f"UPDATE deliveries SET state = 'sent', due_at = NULL {where}")
            case "catch up":
                desk.catch_up()

    def _owed(self) -> set[str]:
        return {one.message_id for one in self._desk.deliveries() if one.state != "sent"}
