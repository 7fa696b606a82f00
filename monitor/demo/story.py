"""The story that `siaga demo` tells, from a first look at the newsroom to what one does next."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from core.clock import SystemClock
from monitor.demo import scenes
from monitor.demo.articles import later_piece
from monitor.demo.looks import Look, Outcome, alerts_in, outcome_of
from monitor.demo.newsroom import Newsroom
from monitor.demo.play import write_config
from monitor.demo.receivers import Receivers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from core.clock import Clock
    from monitor.demo.articles import Publication
    from monitor.demo.inbox import Inbox

_PATIENCE = timedelta(seconds=5)


def play(console: Console, *, run: Callable[[Path], int]) -> int:
    """Tell the whole story; returns 0, or 1 when something that it promises did not come.

    `run` does what `siaga --config PATH run --once --no-baseline` does, keeps its output off this
    console, and returns its exit status. Nothing is left on the disk or listening afterwards.
    """
    with Stage.open(SystemClock()) as stage:
        outcome = _tell(console, stage, run)
    console.print(scenes.closing(outcome))
    return 0 if outcome is Outcome.TOLD else 1


def _tell(console: Console, stage: Stage, run: Callable[[Path], int]) -> Outcome:
    console.print(scenes.opening(stage.newsroom))
    console.print(scenes.watchlists())
    outcome = _tell_look(console, stage, run, scenes.FIRST_LOOK)
    if outcome is not Outcome.TOLD:
        return outcome
    console.print(scenes.held_back())
    console.print(scenes.later(stage.publish_later_piece()))
    return _tell_look(console, stage, run, scenes.SECOND_LOOK)


def _tell_look(console: Console, stage: Stage, run: Callable[[Path], int], heading: str) -> Outcome:
    with console.status(heading):
        look = stage.look(run)
    console.print(scenes.crawl(heading, look))
    for alert in look.alerts:
        console.print(scenes.alert(alert))
    console.print(scenes.arrivals(look))
    return outcome_of(look)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that the story needs, in a folder that does not outlive it."""

    newsroom: Newsroom
    receivers: Receivers
    config: Path
    clock: Clock

    @classmethod
    @contextmanager
    def open(cls, clock: Clock) -> Iterator[Self]:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="siaga-demo-")))
            newsroom = stack.enter_context(Newsroom.open(now=clock.now()))
            receivers = stack.enter_context(Receivers.open())
            config = write_config(folder, newsroom, receivers)
            yield cls(newsroom=newsroom, receivers=receivers, config=config, clock=clock)

    def publish_later_piece(self) -> Publication:
        """Put the piece that was kept for later on its site, just now."""
        piece = later_piece()
        (site,) = piece.appears
        self.newsroom.publish(piece, site=site, published_at=self.clock.now())
        return self.newsroom.publications(site)[0]

    def look(self, run: Callable[[Path], int]) -> Look:
        """Let Siaga look once, and gather what it asked and what it told since the look before."""
        asked = len(self.newsroom.requests)
        inboxes: list[Inbox[Any]] = [
            self.receivers.webhook,
            self.receivers.slack,
            self.receivers.mail,
        ]
        seen = [len(inbox.received) for inbox in inboxes]
        status = run(self.config)
        if status == 0:
            for inbox, before in zip(inboxes, seen, strict=True):
                inbox.wait_for(before + 1, _PATIENCE)
        posts, slacks, mails = (
            inbox.received[before:] for inbox, before in zip(inboxes, seen, strict=True)
        )
        return Look(
            status=status,
            requests=self.newsroom.requests[asked:],
            alerts=alerts_in(post.data for post in posts),
            slack_messages=len(slacks),
            mails=len(mails),
        )
