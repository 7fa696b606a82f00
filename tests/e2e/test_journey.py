"""The whole daemon killed again and again while news comes and receivers fail: nobody misses anything."""

from __future__ import annotations

import os
import random
import threading
from collections import defaultdict
from typing import TYPE_CHECKING

from alerts.outbox.retry import State
from tests.e2e.press import Press, title_of_slack, watching
from tests.e2e.program import in_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.e2e.program import Program

ROUNDS = int(os.environ.get("SIAGA_SOAK_DAEMONS", "10"))  # `make soak` asks for a hundred
ARTICLES_A_ROUND = 3
FAULT_RATE = 0.3
LONGEST_ROUND = 1.0  # seconds, from when the site is first asked


def test_kills_at_random_instants_lose_nothing_and_repeat_with_the_same_ids(
    program: Program,
) -> None:
    rng = random.Random(19)
    with Press.open(fault_rate=FAULT_RATE, hang_seconds=0.5) as press:
        config = press.config(hook_path="/flaky", slack_path="/flaky")
        with watching(program, press, config):
            pass
        published = {
            title
            for number in range(ROUNDS)
            for title in killed_round(program, press, f"putaran {number}", rng)
        }
        press.hook.fault_rate = press.slack.fault_rate = press.mail.fault_rate = 0.0
        drain(program, press, published)
        for told in (hook_ids(press), slack_ids(press), mail_ids(press)):
            assert set(told) == published
            assert all(len(ids) == 1 for ids in told.values())
        bodies = {(one.headers["webhook-id"], one.body) for one in press.hook.received}
        assert len(bodies) == len(published)
    assert titles_stored(program) == sorted([*published, "Kabar lama dari kota"])


def killed_round(program: Program, press: Press, name: str, rng: random.Random) -> list[str]:
    """News comes before and after the daemon looks, which is then killed; the titles that came."""
    titles = [f"Suriah, {name}, kabar {number}" for number in range(ARTICLES_A_ROUND)]
    killing, asked = threading.Event(), len(press.site.requests)
    press.publish(f"/{name.replace(' ', '-')}/0", titles[0])
    with program.daemon() as daemon:
        assert in_time(lambda: len(press.site.requests) > asked)
        for number, title in enumerate(titles[1:], start=1):
            killing.wait(rng.uniform(0, LONGEST_ROUND / ARTICLES_A_ROUND))
            press.publish(f"/{name.replace(' ', '-')}/{number}", title)
        killing.wait(rng.uniform(0, LONGEST_ROUND / ARTICLES_A_ROUND))
        daemon.kill()
    return titles


def drain(program: Program, press: Press, published: set[str]) -> None:
    """Let the daemon run until everything is sent; what waits for its next try is tried at once."""
    with program.daemon() as daemon:

        def is_done() -> bool:
            deliveries = program.deliveries()
            waiting = [str(one.id) for one in deliveries if one.state is State.RETRY]
            if waiting:
                program.run("redeliver", *waiting)
            sent = sum(one.state is State.SENT for one in deliveries)
            return sent == 3 * len(published)

        assert in_time(lambda: set(hook_ids(press)) == published, 60), daemon.log
        assert in_time(is_done, 60), daemon.log
        assert daemon.stop() == 0


def hook_ids(press: Press) -> dict[str, set[str]]:
    """The ids under which each title was taken, by title."""
    return gathered(
        (one.data["article"]["title"], one.headers["webhook-id"]) for one in press.hook.accepted
    )


def slack_ids(press: Press) -> dict[str, set[str]]:
    return gathered(
        (title_of_slack(one.data), one.data["blocks"][-1]["elements"][-1]["text"])
        for one in press.slack.accepted
    )


def mail_ids(press: Press) -> dict[str, set[str]]:
    messages = [mail.message for mail in list(press.mail.mails)]
    return gathered(
        (str(one["Subject"]).partition("] ")[2], str(one["Message-ID"])) for one in messages
    )


def gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = defaultdict(set)
    for title, identity in pairs:
        ids[title].add(identity)
    return ids


def titles_stored(program: Program) -> list[str]:
    return sorted(article["title"] for article in program.ask("articles"))
