"""What a zero is worth: no more than the hours that were watched, and the health of the sites."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.health.state import Health, Reason, State
from monitor.health.watch import Gap, Kept
from monitor.health.zero import Verdict, Zero, judge_zero, said

NOW = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FINE = Health(state=State.WORKING, reason=Reason.FINE)


def zero(
    *shares: float,
    health: Health = FINE,
    hits: int = 0,
    running: bool = True,
    loaded: bool = True,
) -> Zero:
    """A day of as many sites as there are shares; all have this health."""
    gap = Gap(since=NOW - DAY, until=NOW, why="mati")
    kept = tuple(
        Kept(site=f"koran-{number}", share=share, gaps=() if share == 1 else (gap,))
        for number, share in enumerate(shares)
    )
    return Zero(
        watchlist="suriah",
        since=NOW - DAY,
        until=NOW,
        loaded_at=NOW - 9 * DAY if loaded else None,
        decisions={"alert": hits} if hits else {},
        kept=kept,
        health={one.site: health for one in kept},
        running=running,
    )


@pytest.mark.parametrize(
    ("kept", "verdict"),
    [
        (zero(1, 1, 1), Verdict.BELIEVE),
        (zero(1, 1, 0.98), Verdict.BELIEVE),
        (zero(1, 0.9), Verdict.MOSTLY),
        (zero(*[1.0] * 20, 0), Verdict.DOUBT),  # a site that nobody read at all
        (zero(1, 0.5), Verdict.DOUBT),
        (zero(0, 0), Verdict.UNWATCHED),
        (zero(), Verdict.UNWATCHED),
        (zero(1, loaded=False), Verdict.UNWATCHED),
        (zero(0, hits=2), Verdict.HITS),
        (zero(1, health=Health(state=State.THIN, reason=Reason.NO_TEXT)), Verdict.MOSTLY),
        (zero(1, health=Health(state=State.QUIET, reason=Reason.SILENT)), Verdict.MOSTLY),
        (zero(1, health=Health(state=State.WORKING, reason=Reason.SOME_FAIL)), Verdict.MOSTLY),
        (zero(1, health=Health(state=State.WORKING, reason=Reason.JUST_FAILED)), Verdict.BELIEVE),
    ],
)
def test_a_zero_is_believed_as_far_as_the_watch_was_kept(kept: Zero, verdict: Verdict) -> None:
    assert judge_zero(kept) is verdict
    assert kept.to_data()["verdict"] == verdict


def test_what_may_hide_a_hit_is_said() -> None:
    assert said(zero(1)) == "This zero can be believed: 100 % of the hours were watched."
    thin = Health(state=State.THIN, reason=Reason.NO_TEXT)
    quiet = Health(state=State.QUIET, reason=Reason.SILENT)
    partly = Health(state=State.WORKING, reason=Reason.SOME_FAIL)
    assert "koran-0 come incomplete" in said(zero(1, health=thin))
    assert "quiet: koran-0, koran-1, koran-2, koran-3, koran-4 and 2 more" in said(
        zero(*[1.0] * 7, health=quiet)
    )
    assert "Some sources cannot be read: koran-0" in said(zero(1, health=partly))
    assert "not running now" in said(zero(1, running=False))
    assert said(zero(0.5)).startswith("Do not rely on this zero: only 50 % of the hours")
    assert said(zero(0)).startswith("Nothing was watched")
    assert said(zero(0.5, hits=1)).startswith("There were hits; 50 %")
