"""Where one machine ends, from costs."""

from __future__ import annotations

from dataclasses import replace

from bench.growing.ending import Costs, Habits, Limit, end

COSTS = Costs(
    look_daemon_ms=2.0, look_worker_ms=10.0, article_daemon_ms=8.0, article_worker_ms=30.0
)
HABITS = Habits(articles=20, looks=100, relooks=0, latency=0.0, pause=0.0)


def test_the_dearer_process_is_full_first() -> None:
    found = end(COSTS, HABITS, visits_at_once=16)
    assert found.limit is Limit.WORKER
    assert found.sites == int(86_400 / (100 * 0.010 + 20 * 0.030))
    assert found.articles_a_day == 20 * found.sites
    dear = replace(COSTS, article_daemon_ms=100.0)
    assert end(dear, HABITS, visits_at_once=16).limit is Limit.DAEMON


def test_slow_sites_use_up_the_visits_before_the_cores() -> None:
    slow = replace(HABITS, latency=2.0, pause=1.0)
    found = end(COSTS, slow, visits_at_once=16)
    assert found.limit is Limit.VISITS
    assert found.sites == int(86_400 * 16 / (100 * 2.0 + 20 * 3.0))


def test_later_looks_at_articles_count_as_looks() -> None:
    again = replace(HABITS, relooks=5)
    assert end(COSTS, again, visits_at_once=16).sites == int(86_400 / (200 * 0.010 + 20 * 0.030))
