"""The timetable over days: a budget that is kept, news that draws looks, and what a restart must not lose."""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, timedelta

from crawler.sites import CrawlConfig, CrawlSections, NetworkConfig, SiteConfig
from monitor.rhythm.learning import Found, Reach
from monitor.rhythm.pacing import Reason
from monitor.rhythm.timetable import LOOKS_PER_DAY, Timetable

START = datetime(2019, 1, 7, 0, 0, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOBODY_ASKED = None


def site(name: str, every: str | None = None) -> SiteConfig:
    url = f"https://{name}.example/"
    return SiteConfig.model_validate({"name": name, "url": url, "every": every})


def sections(*sites: SiteConfig, **crawl: object) -> CrawlSections:
    return CrawlSections(
        sites=sites, crawl=CrawlConfig.model_validate(crawl), network=NetworkConfig()
    )


def following(crawl: CrawlSections, now: datetime = START) -> Timetable:
    timetable = Timetable({})
    timetable.follow(crawl, zone="Asia/Makassar", weights={}, now=now)
    return timetable


def newsroom(every: timedelta, days: int = 10) -> list[datetime]:
    """When a site publishes: at this interval from 8 to 17 in Makassar, and never at night."""
    at, published = START, []
    while at < START + days * DAY:
        if 0 <= at.hour < 9:
            published.append(at)
        at += every
    return published


def play(
    timetable: Timetable, crawl: CrawlSections, published: dict[str, list[datetime]], days: int
) -> dict[str, list[datetime]]:
    """Look when the timetable says, for so many days; returns the looks at each site."""
    due = [(START, one.name) for one in crawl.sites]
    made: dict[str, list[datetime]] = {one.name: [] for one in crawl.sites}
    seen = dict.fromkeys(made, 0)
    while due[0][0] < START + days * DAY:
        now, name = heapq.heappop(due)
        one = crawl.site(name)
        assert one is not None
        waiting = [at for at in published.get(name, [])[seen[name] :] if at <= now]
        found = Found(
            at=now,
            published=tuple(waiting),
            listed=min(seen[name], 20) + len(waiting),
            known=min(seen[name], 20),
        )
        seen[name] += len(waiting)
        timetable.learn(one, found, more=False)
        planned = timetable.next(one, planned_at=now, not_before=NOBODY_ASKED, now=now)
        made[name].append(now)
        heapq.heappush(due, (planned.at, name))
    return made


def test_a_budget_is_kept_and_goes_where_and_when_news_comes() -> None:
    crawl = sections(site("ramai"), site("sepi"), looks_per_day=200)
    timetable = following(crawl)
    published = {"ramai": newsroom(15 * MINUTE), "sepi": newsroom(4 * HOUR)}
    made = play(timetable, crawl, published, 10)
    last = {name: [at for at in looks if at > START + 7 * DAY] for name, looks in made.items()}
    assert 0.8 * 600 < sum(map(len, last.values())) < 1.2 * 600
    assert len(last["ramai"]) > 1.5 * len(last["sepi"])
    by_day = sum(0 <= at.hour < 9 for at in last["ramai"])
    assert by_day > 2 * (len(last["ramai"]) - by_day)


def test_without_a_budget_a_site_is_looked_at_every_ten_minutes_on_average() -> None:
    crawl = sections(site("ramai"))
    made = play(following(crawl), crawl, {"ramai": newsroom(30 * MINUTE)}, 5)
    assert 0.8 * LOOKS_PER_DAY < len(made["ramai"]) / 5 < 1.2 * LOOKS_PER_DAY


def test_a_given_interval_is_kept_and_costs_the_others_nothing() -> None:
    crawl = sections(site("tetap", every="5m"), site("sepi"))
    timetable = following(crawl)
    one = crawl.sites[0]
    planned = timetable.next(one, planned_at=START, not_before=None, now=START + MINUTE)
    assert (planned.at, planned.reason) == (START + 5 * MINUTE, Reason.INTERVAL)


def test_a_site_that_asks_for_a_rest_is_left_alone() -> None:
    crawl = sections(site("tetap", every="5m"), site("sepi"))
    timetable = following(crawl)
    rest = START + 20 * HOUR
    for one in crawl.sites:
        planned = timetable.next(one, planned_at=START, not_before=rest, now=START)
        assert (planned.at, planned.reason) == (rest, Reason.NOT_BEFORE)


def test_a_look_planned_for_the_night_survives_a_restart() -> None:
    crawl = sections(site("sepi"))
    due_at = START + 9 * HOUR
    assert following(crawl).first(crawl.sites[0], due_at=due_at, now=START) == due_at
    too_far = START + 2 * DAY  # the clock was set back
    assert following(crawl).first(crawl.sites[0], due_at=too_far, now=START) < START + HOUR


def test_a_listing_of_nothing_but_news_is_reported_as_a_loss_and_looked_at_more_often() -> None:
    crawl = sections(site("ramai"))
    timetable, one = following(crawl), crawl.sites[0]
    first = Found(at=START, published=tuple(START - n * MINUTE for n in range(10)), listed=10)
    timetable.learn(one, first, more=False)
    later = START + 2 * HOUR
    only_news = Found(at=later, published=tuple(later - n * MINUTE for n in range(10)), listed=10)
    learned = timetable.learn(one, only_news, more=False)
    assert learned is not None
    assert learned.overflow.reach is Reach.OVERFLOWED
    assert learned.overflow.lost > 10
    planned = timetable.next(one, planned_at=later, not_before=None, now=later)
    assert planned.at - later < 10 * MINUTE


def test_a_look_that_leaves_pages_unread_is_learned_from_when_they_are_read() -> None:
    crawl = sections(site("ramai"))
    timetable, one = following(crawl), crawl.sites[0]
    first = Found(at=START, published=(START - HOUR,), listed=1)
    assert timetable.learn(one, first, more=True) is None
    rest = Found(at=START + MINUTE, published=(START - 2 * HOUR,), listed=2, known=1)
    learned = timetable.learn(one, rest, more=False)
    assert learned is not None
    assert learned.news
    assert learned.overflow.reach is Reach.FIRST


def test_a_look_that_failed_teaches_nothing() -> None:
    crawl = sections(site("ramai"))
    assert following(crawl).learn(crawl.sites[0], None, more=False) is None
