"""Delivery, measured: how soon people hear of a stored alert, and that none is lost or repeated.

    python bench/delivery.py [--rate 10] [--seconds 30] [--channels 3]

Alerts are put into a real outbox (WAL, synchronous=FULL) at a steady rate, and delivered by the dispatcher,
as config.yaml has it shipped but for the limit of messages an hour, to webhook receivers on loopback. Timed
from the commit of an alert to the instant at which its receiver has it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from alerts import schema  # noqa: E402  # after the path is set
from alerts.addressing import address  # noqa: E402
from alerts.dispatch.dispatcher import Dispatcher  # noqa: E402
from alerts.outbox.outbox import enqueue  # noqa: E402
from core.clock import SystemClock  # noqa: E402
from core.database import immediate, open_database  # noqa: E402
from tests.alerts.newsdesk import make_alert, make_configs, make_transport  # noqa: E402
from tests.servers.webhook import WebhookReceiver, wait_until  # noqa: E402

PATIENCE = 60.0


class TimedReceiver(WebhookReceiver):
    """Remembers when each message came."""

    def __enter__(self) -> Self:
        self.came_at: dict[str, float] = {}
        self.received = _Stamped(self.came_at)
        super().__enter__()
        return self


class _Stamped(list):  # type: ignore[type-arg]  # a list whose additions are timed
    def __init__(self, came_at: dict[str, float]) -> None:
        super().__init__()
        self._came_at = came_at

    def append(self, one: object) -> None:
        key = one.data["article"]["canonical_url"]  # type: ignore[attr-defined]
        self._came_at.setdefault(key, time.monotonic())
        super().append(one)


def measure(rate: float, seconds: float, channels: int, folder: Path) -> dict[str, float]:
    path, count = folder / "delivery.db", int(rate * seconds)
    clock = SystemClock()
    with ExitStack() as stack:
        receivers = [stack.enter_context(TimedReceiver()) for _ in range(channels)]
        configs = make_configs(
            {
                f"kait-{n}": {
                    "type": "webhook",
                    "url": receiver.url("/accept"),
                    "secret": "kunci",
                    "allow_private": True,
                }
                for n, receiver in enumerate(receivers)
            }
        )
        db = stack.enter_context(closing(open_database(path, migrations=[schema.MIGRATIONS])))
        dispatcher = Dispatcher(
            path, configs, zone="Asia/Makassar", clock=clock, transport=make_transport()
        )
        dispatcher.start()
        stored_at: dict[str, float] = {}
        started = time.monotonic()
        for number in range(count):
            time.sleep(max(0.0, started + number / rate - time.monotonic()))
            alert = make_alert(number)
            notify = {name: list(configs) for name in alert.watchlists}
            with immediate(db) as connection:
                enqueue(connection, alert, address(alert, notify, configs), at=clock.now())
            stored_at[alert.article["canonical_url"]] = time.monotonic()
            dispatcher.wake()
        wait_until(lambda: all(len(one.came_at) >= count for one in receivers), PATIENCE)
        dispatcher.stop(timedelta(seconds=10))
    return figures(stored_at, receivers)


def figures(stored_at: dict[str, float], receivers: list[TimedReceiver]) -> dict[str, float]:
    delays = [
        max(0.0, one.came_at[url] - at)
        for one in receivers
        for url, at in stored_at.items()
        if url in one.came_at
    ]
    ids = Counter(message.headers["webhook-id"] for one in receivers for message in one.received)
    return {
        "alerts": len(stored_at),
        "lost": len(stored_at) * len(receivers) - len(delays),
        "repeats": sum(ids.values()) - len(ids),
        "p50_s": statistics.median(delays),
        "p99_s": statistics.quantiles(delays, n=100)[98],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--channels", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as name:
        found = measure(asked.rate, asked.seconds, asked.channels, Path(name))
    print(f"alerts               {found['alerts']:8.0f} on {asked.channels} channels")
    print(f"stored to accepted   {found['p50_s']:8.3f} s (median)")
    print(f"                     {found['p99_s']:8.3f} s (99th percentile)")
    print(f"lost, repeated       {found['lost']:8.0f} {found['repeats']:8.0f}")
    print(json.dumps({key: round(value, 4) for key, value in found.items()}))


if __name__ == "__main__":
    main()
