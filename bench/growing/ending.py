"""Where one machine ends: sites and articles a day on two cores, from costs that were measured. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DAY = 86_400  # seconds


class Limit(StrEnum):
    """What is used up first."""

    DAEMON = "the daemon's core"
    WORKER = "the worker's core"
    VISITS = "the visits at once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """CPU in ms. The daemon and its worker are a process each, and use a core each at most."""

    look_daemon_ms: float
    look_worker_ms: float
    article_daemon_ms: float
    article_worker_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What one site asks for in a day, and how visits go.

    `relooks` are the later looks at each article, each taken for a whole look. A request takes `latency` s,
    and `pause` s are kept between two.
    """

    articles: float
    looks: float
    relooks: int
    latency: float
    pause: float


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How many sites one machine can look at, how many articles that is in a day, and what is used up."""

    sites: int
    articles_a_day: int
    limit: Limit


def end(costs: Costs, habits: Habits, *, visits_at_once: int) -> End:
    """Taken to the full: two cores that do nothing else."""
    looks = habits.looks + habits.articles * habits.relooks
    pages = habits.articles * (1 + habits.relooks)
    seconds_a_site = {
        Limit.DAEMON: (looks * costs.look_daemon_ms + habits.articles * costs.article_daemon_ms)
        / 1_000,
        Limit.WORKER: (looks * costs.look_worker_ms + habits.articles * costs.article_worker_ms)
        / 1_000,
        Limit.VISITS: (habits.looks * habits.latency + pages * (habits.latency + habits.pause))
        / visits_at_once,
    }
    limit = max(seconds_a_site, key=lambda one: seconds_a_site[one])
    sites = int(DAY / seconds_a_site[limit])
    return End(sites=sites, articles_a_day=int(sites * habits.articles), limit=limit)
