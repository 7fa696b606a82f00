"""Digests and follow-ups on a real outbox: each recipient hears of all of it, once and in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from alerts.addressing import Addressed
from alerts.alert import Alert, AlsoIn
from alerts.change import Change, ChangeKind, ChangeLine
from alerts.digests.digest import MOST_SHOWN
from alerts.dispatch.clock_jumps import move_plans
from alerts.outbox.outbox import enqueue
from alerts.policy.growth import put_growth
from alerts.policy.schedule import read_schedule
from core.database import immediate
from tests.alerts.newsdesk import make_alert
from tests.alerts.post_office import AsJson, PostOffice

if TYPE_CHECKING:
    from collections.abc import Callable

    from alerts.channel import Envelope
    from alerts.notice import Message

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SEVEN = 19 * HOUR  # from noon in Makassar to the next morning


# Times that come while nothing runs ---------------------------------------------------------------


def _restart(kait: PostOffice) -> None:
    kait.clock.move(HOUR)
    kait.restart()


def _sleep(kait: PostOffice) -> None:
    kait.clock.at += HOUR
    move_plans(kait.db, HOUR, now=kait.clock.now())


@pytest.mark.parametrize("miss", [_restart, _sleep])
def test_a_digest_whose_time_came_while_nothing_ran_goes_out_at_once(
    office: Any, miss: Callable[[PostOffice], None]
) -> None:
    kait = office(settings={"deliver": "daily at 07:00", "empty_digest": True})
    kait.put_numbers(1, 2)
    kait.work()
    kait.clock.move(SEVEN - HOUR / 2)
    miss(kait)
    assert [message.data["total"] for message in kait.work()] == [2]
    assert kait.pass_time(DAY - HOUR, step=HOUR) == []


def test_an_alert_that_nobody_had_looked_at_when_its_time_came_goes_out_at_once_too(
    office: Any,
) -> None:
    kait = office(settings={"deliver": "daily at 07:00", "empty_digest": True})
    kait.clock.move(SEVEN - HOUR / 2)
    kait.put_numbers(1, 2)
    _restart(kait)
    assert [message.data["total"] for message in kait.pass_time(HOUR, step=HOUR / 4)] == [2]


def test_what_is_held_for_somebody_who_left_the_channel_is_not_due(office: Any) -> None:
    kait = office(settings={"deliver": "daily at 07:00"}, recipient="rina@koran.example")
    kait.put_numbers(1)
    kait.work()
    kait.clock.move(DAY)
    kait.line = replace(kait.line, recipients=("budi@koran.example",))
    kait.restart()
    assert not kait.outbox.has_due(kait.line, kait.clock.now())


@pytest.mark.parametrize("news", [0, 2])
def test_a_later_time_of_digests_brings_no_empty_one_at_the_old_time(
    office: Any, news: int
) -> None:
    kait = office(settings={"deliver": "daily at 07:00", "empty_digest": True})
    kait.put_numbers(*range(news))
    kait.work()
    kait.clock.move(SEVEN - HOUR)
    later = read_schedule("daily at 09:00")
    kait.line = replace(kait.line, settings=replace(kait.line.settings, deliver=later))
    kait.restart()
    (digest,) = kait.pass_time(5 * HOUR, step=HOUR)
    assert (digest.data["total"], digest.at) == (news, kait.at + SEVEN + 2 * HOUR)


# What cannot be told ------------------------------------------------------------------------------


class _NotTheFirst(AsJson):
    """Renders every article but the first."""

    def render(self, message: Message, envelope: Envelope) -> bytes:
        if isinstance(message, Alert) and message.article["id"] == 1:
            raise ValueError("it cannot be shown")
        return super().render(message, envelope)


def test_what_waits_with_an_alert_that_cannot_be_rendered_is_told_by_itself(office: Any) -> None:
    kait = office(changes={"renderer": _NotTheFirst()})
    copy = make_alert(2, story=1)
    kait.put(make_alert(1), replace(copy, article={**copy.article, "site": "harian-baru"}))
    assert [message.urls for message in kait.work()] == [[copy.article["canonical_url"]]]
    assert kait.states() == {"dead": 1, "sent": 1}


# What a digest shows ------------------------------------------------------------------------------


def test_an_article_and_what_became_of_it_have_ids_of_their_own_in_a_digest(office: Any) -> None:
    kait = office(settings={"deliver": "hourly"})
    gone = ChangeLine(kind=ChangeKind.GONE, about="not-found")
    change = Change(mark="gone", lines=(gone,))
    kait.put(make_alert(1), replace(make_alert(1), change=change))
    (digest,) = kait.pass_time(HOUR, step=HOUR / 2)
    ids = {alert["id"] for alert in digest.data["alerts"]}
    assert ids == {
        row[0] for row in kait.rows("SELECT message_id FROM deliveries WHERE kind = 'alert'")
    }
    assert len(ids) == 2


# Stories that grow --------------------------------------------------------------------------------


def _grow(kait: PostOffice, count: int) -> None:
    outlets = [AlsoIn(site=f"media-{n}", url=f"https://m{n}.example/") for n in range(count)]
    with immediate(kait.db) as connection:
        put_growth(connection, 1, outlets, at=kait.clock.now())


def _two_readers(office: Any, alert: Alert, **settings: str) -> tuple[PostOffice, PostOffice]:
    """Rina is told of an alert at once; Budi as these settings say."""
    rina, budi = office(recipient="rina"), office(recipient="budi", settings=settings)
    budi.clock = rina.clock
    to = [
        Addressed(channel="kait", recipient=who, watchlists=("suriah",)) for who in ("rina", "budi")
    ]
    with immediate(rina.db) as connection:
        enqueue(connection, alert, to, at=rina.clock.now())
    for one in (rina, budi):
        one.work()
    return rina, budi


def test_a_follow_up_tells_of_the_alerts_that_its_recipient_was_told_of(office: Any) -> None:
    rina, budi = office(recipient="rina"), office(recipient="budi")
    rina.put(make_alert(1, story=1, watchlists=("suriah",)))
    budi.put(make_alert(2, story=1, watchlists=("astana",)))
    budi.put(make_alert(3, story=1, watchlists=("rusia",)))
    for one in (rina, budi):
        one.work()
        one.clock.move(HOUR)
    _grow(rina, 3)
    (first,), (second,) = rina.work(), budi.work()
    assert (first.urls, first.data["watchlists"]) == (
        ["https://koran.example/berita/1"],
        ["suriah"],
    )
    assert (second.urls, second.data["watchlists"]) == (
        ["https://koran.example/berita/2"],
        ["astana", "rusia"],
    )
    assert [words["watchlist"] for words in second.data["matched"]] == ["astana", "rusia"]


def test_a_digest_names_the_outlets_of_a_story_and_is_not_followed_by_the_same_again(
    office: Any,
) -> None:
    kait = office(settings={"deliver": "daily at 07:00"})
    kait.put_numbers(1)
    kait.work()
    _grow(kait, 4)
    (digest,) = kait.pass_time(DAY, step=HOUR)
    sites = [other["site"] for other in digest.data["alerts"][0]["also_in"]]
    assert sites == ["harian-lain", *(f"media-{n}" for n in range(4))]
    _grow(kait, 6)
    assert kait.pass_time(2 * DAY, step=HOUR) == []
    _grow(kait, 12)
    assert len(kait.pass_time(2 * DAY, step=HOUR)) == 1


def test_who_was_told_after_others_heard_that_a_story_grew_hears_of_it_too(office: Any) -> None:
    alert = make_alert(1, watchlists=("suriah",))
    rina, budi = _two_readers(office, alert, deliver="daily at 07:00")
    _grow(rina, 3)
    rina.pass_time(HOUR)
    assert [message.data["type"] for message in rina.sent] == ["alert", "follow-up"]
    budi.put_numbers(*range(2, 2 + MOST_SHOWN))  # so that the digest does not show the first
    (_,) = budi.pass_time(DAY, step=HOUR)
    _grow(budi, 5)
    (digest,) = budi.pass_time(DAY, step=HOUR)
    assert digest.urls == ["https://koran.example/berita/1"]
    assert len(digest.data["alerts"][0]["also_in"]) == 1 + 5
    assert rina.work() == []
