from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import defaultdict
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from alerts.addressing import message_id
from alerts.outbox.ledger import backlog, list_deliveries
from alerts.outbox.retry import State
from core.database import open_database
from tests.alerts.newsdesk import make_configs
from tests.e2e.outbox_child import Plan, Step, addresses_of, numbered_alert
from tests.servers.smtp import MailReceiver
from tests.servers.webhook import WebhookReceiver, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("SIAGA_SOAK_ROUNDS", "100"))  # `make soak` asks for 1,000
DRAINED_EVERY = 100  # rounds: what waits for ten minutes would go out in digests
ROUNDS_TO_LOSE = 10
STARTS_IN_VAIN = 30  # in a row, of three seconds each: what they leave behind is never sent
FAULT_RATE = 0.3
REST_SECONDS = 1  # what Retry-After asks for
SECRET = "kunci percobaan"
MOODS = {
    7: ("redirect",),
    14: ("status", "410"),
}  # whole rounds in which the hook answers nothing else


@dataclass
class Newsroom:
    """Three receivers that fail, and a process that is started and killed."""

    plan: Plan
    hook: WebhookReceiver
    slack: WebhookReceiver
    mail: MailReceiver
    announced: int = 0

    def __enter__(self) -> Self:
        self.rng = random.Random(6)
        self._announce(0)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.outbox_child", json.dumps(asdict(self.plan))],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)  # a child too, where a test has failed
        self._process.communicate()

    def _ask(self, command: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def _announce(self, more: int) -> None:
        self.announced += more
        new = Path(self.plan.feed + ".new")
        new.write_text(str(self.announced), encoding="ascii")
        new.rename(self.plan.feed)

    def start(self, *step: object) -> int:
        return int(self._ask(" ".join(map(str, ("fork", *step)))))

    def kill(self, child: int) -> None:
        os.kill(child, signal.SIGKILL)
        assert self._ask("wait") == "dead"

    def rounds(self, count: int) -> None:
        """Start, let news come, kill at an instant of chance; as often as asked."""
        pause = threading.Event()
        for number in range(count):
            self.hook.mood = MOODS.get(number % 20, ())
            child = self.start()
            left = self.rng.uniform(0.0, 0.2)
            while left > 0:
                self._announce(self.rng.randint(0, 1))
                pause.wait(min(left, 0.02))
                left -= 0.02
            self.kill(child)
        self.hook.mood = ()

    def die_at(self, step: Step, count: int) -> None:
        """Start a process that kills itself at a step; news comes until it has."""
        child = self.start(step, count)
        alive = threading.Event()
        for _ in range(300):
            self._announce(1 if self.rng.random() < 0.2 else 0)
            if _has_died(child):
                break
            alive.wait(0.02)
        assert _has_died(child), f"nothing came to the step {step} {count} times"
        assert self._ask("wait") == "dead"

    def drain(self) -> None:
        """Leave the process alone until everything is sent; a channel that rests is begun with anew."""
        in_vain = 0
        while in_vain < STARTS_IN_VAIN:
            child, before = self.start(), self._unsent()
            drained = wait_until(lambda: not self._unsent(), seconds=3)
            self.kill(child)
            if drained:
                return
            in_vain = in_vain + 1 if self._unsent() >= before else 0
        with closing(open_database(Path(self.plan.database))) as db:
            left = [one for one in list_deliveries(db) if one.state is not State.SENT]
        raise AssertionError(f"something is never sent: {left[:5]}")

    def wait_for_silence(self) -> None:
        """Leave the process alone until it sends nothing more."""
        child = self.start()
        pause = threading.Event()
        sent = -1
        while sent != (sent := len(self.hook.received)):
            pause.wait(0.7)
        self.kill(child)

    def _unsent(self) -> int:
        """How much of what was announced is not sent yet: alerts to be made, and deliveries."""
        with closing(open_database(Path(self.plan.database))) as db:
            made: int = db.execute("SELECT count(*) FROM alerts WHERE kind = 'alert'").fetchone()[0]
            counts = dict(backlog(db).counts)
        return max(0, self.announced - made) + sum(counts.values()) - counts[State.SENT]

    def wanted_ids(self) -> dict[str, list[str]]:
        """By channel, the ids of all that was to be sent, in the order in which it came up."""
        configs = make_configs(self.plan.channels)
        wanted: dict[str, list[str]] = defaultdict(list)
        for number in range(1, self.announced + 1):
            alert = numbered_alert(number)
            for one in addresses_of(alert, configs):
                wanted[one.channel].append(message_id(alert, one))
        return wanted

    def notice_ids(self) -> set[str]:
        """The ids of what the channels were told of one another."""
        with closing(open_database(Path(self.plan.database))) as db:
            return {one.message_id for one in list_deliveries(db) if one.kind == "notice"}

    def hook_ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.hook.accepted]

    def slack_ids(self) -> list[str]:
        footers = (one.data["blocks"][-1]["elements"][-1]["text"] for one in self.slack.accepted)
        return [footer.removeprefix("Siaga ") for footer in footers]

    def slack_bodies(self) -> list[bytes]:
        return [one.body for one in self.slack.accepted]

    def mail_ids(self) -> list[str]:
        return [str(one.message["Message-ID"]).strip("<>").split("@")[0] for one in self.mail.mails]

    def messages_accepted(self) -> int:
        """How many messages arrived, repeats not counted; without an outbox ids do not tell."""
        hook = {one.data["article"]["title"] for one in self.hook.accepted}
        slack = {one.data["blocks"][0]["text"]["text"] for one in self.slack.accepted}
        mail = {str(one.message["Subject"]) for one in self.mail.mails}
        return len(hook) + len(slack) + len(mail)


@contextmanager
def open_newsroom(
    directory: Path, *, with_outbox: bool = True, fault_rate: float = FAULT_RATE
) -> Iterator[Newsroom]:
    with (
        WebhookReceiver(
            fault_rate=fault_rate, seed=1, hang_seconds=0.4, rest_seconds=REST_SECONDS
        ) as hook,
        WebhookReceiver(fault_rate=fault_rate, seed=2, hang_seconds=0.4) as slack,
        MailReceiver(fault_rate=fault_rate, seed=3) as mail,
    ):
        smtp = {"host": "127.0.0.1", "port": mail.port, "tls": "none"}
        people: dict[str, Any] = {"to": ["ani@redaksi.example"], "from": "siaga@redaksi.example"}
        channels: dict[str, dict[str, Any]] = {
            "hook": {"type": "webhook", "url": hook.url("/flaky"), "secret": SECRET},
            "slack": {"type": "slack", "url": slack.url("/flaky")},
            "mail": {"type": "email", **people, "smtp": smtp},
        }
        plan = Plan(
            database=str(directory / "siaga.db"),
            feed=str(directory / "feed"),
            channels={name: {**one, "allow_private": True} for name, one in channels.items()},
            with_outbox=with_outbox,
        )
        with Newsroom(plan=plan, hook=hook, slack=slack, mail=mail) as newsroom:
            yield newsroom


def test_a_killed_dispatcher_loses_nothing_and_repeats_only_with_the_same_id_and_body(
    tmp_path: Path,
) -> None:
    with open_newsroom(tmp_path) as newsroom:
        for done in range(0, ROUNDS, DRAINED_EVERY):
            newsroom.rounds(min(DRAINED_EVERY, ROUNDS - done))
            newsroom.drain()
    assert newsroom.announced > ROUNDS
    assert {one.path for one in newsroom.hook.received} == {"/flaky"}  # no redirect was followed
    _nothing_is_lost_or_changed(newsroom)
    _no_rest_is_broken(newsroom)


def test_a_dispatcher_that_dies_at_any_step_of_a_delivery_loses_nothing(tmp_path: Path) -> None:
    with open_newsroom(tmp_path, fault_rate=0.0) as newsroom:
        for step in Step:
            for count in (1, 3):
                newsroom.die_at(step, count)
        newsroom.drain()
    _nothing_is_lost_or_changed(newsroom)


def _nothing_is_lost_or_changed(newsroom: Newsroom) -> None:
    wanted = newsroom.wanted_ids()
    notices = newsroom.notice_ids()
    _arrived(newsroom.hook_ids(), wanted["hook"], notices)
    short = {one[-8:] for one in notices}
    _arrived(newsroom.slack_ids(), [one[-8:] for one in wanted["slack"]], short)
    _arrived(newsroom.mail_ids(), wanted["mail"], notices)
    _same_body([(one.headers["webhook-id"], one.body) for one in newsroom.hook.received])
    _same_body(list(zip(newsroom.slack_ids(), newsroom.slack_bodies(), strict=True)))
    _same_body([(str(one.message["Message-ID"]), one.content) for one in newsroom.mail.mails])
    _repeats_are_explained(newsroom)


def test_the_same_without_an_outbox_is_seen_to_lose(tmp_path: Path) -> None:
    with open_newsroom(tmp_path, with_outbox=False) as newsroom:
        newsroom.rounds(ROUNDS_TO_LOSE)
        newsroom.wait_for_silence()
    assert newsroom.messages_accepted() < 3 * newsroom.announced


def _no_rest_is_broken(newsroom: Newsroom) -> None:
    """Nothing is begun on the channel in the time for which its receiver asked for rest."""
    with closing(open_database(Path(newsroom.plan.database))) as db:
        asked, broken = db.execute(
            "WITH rests AS (SELECT finished_at FROM attempts JOIN deliveries ON id = delivery_id"
            "   WHERE channel = 'hook' AND outcome = 'throttled')"
            " SELECT (SELECT count(*) FROM rests), (SELECT count(*) FROM rests, attempts"
            "   JOIN deliveries ON id = delivery_id AND channel = 'hook'"
            "   WHERE (julianday(started_at) - julianday(rests.finished_at)) * 86400"
            "     BETWEEN 0.0015 AND ? - 0.01)",
            (REST_SECONDS,),
        ).fetchone()
    assert asked
    assert broken == 0


def _has_died(child: int) -> bool:
    """Whether the process has ended; nobody has asked for its status yet."""
    status = Path(f"/proc/{child}/stat").read_text(encoding="ascii")
    return status.rpartition(")")[2].split()[0] == "Z"


def _arrived(accepted: list[str], wanted: list[str], notices: set[str]) -> None:
    """Every wanted message and, besides notices, no other; those of one story in their order."""
    accepted = [identity for identity in accepted if identity not in notices]
    assert set(accepted) == set(wanted)
    first = {identity: index for index, identity in reversed(list(enumerate(accepted)))}
    for number, (one, other) in enumerate(pairwise(wanted), start=1):
        if number // 3 == (number + 1) // 3:
            assert first[one] < first[other]


def _same_body(messages: list[tuple[str, bytes]]) -> None:
    bodies: dict[str, set[bytes]] = defaultdict(set)
    for identity, body in messages:
        bodies[identity].add(body)
    assert all(len(same) == 1 for same in bodies.values())


def _repeats_are_explained(newsroom: Newsroom) -> None:
    """What arrived twice is marked as possibly repeated."""
    with closing(open_database(Path(newsroom.plan.database))) as db:
        ambiguous = {line.message_id for line in list_deliveries(db) if line.ambiguous}
    accepted = newsroom.hook_ids() + newsroom.mail_ids()
    assert {one for one in accepted if accepted.count(one) > 1} <= ambiguous
