"""How soon articles are seen, at equal looks per day, by Siaga's rhythm and by other schedules.

    python bench/rhythm.py [--traces FILE.jsonl] [--newsroom NAME] [--seed 1]

FILE holds lines {"source", "timezone", "published": [ISO…]}; without it a newsroom of sixty sources over
three weeks is invented. The last week is scored: minutes from publication to the first look after it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.rhythms.schedules import SCHEDULES, Task, siaga  # noqa: E402  # after the path is set
from bench.rhythms.traces import DAY, NEWSROOMS, Trace, generate, read, span  # noqa: E402

EVERY = (15, 30, 60)  # minutes between two looks at a source, as the mean of all
NEWCOMER_EVERY = 30
NEWCOMER_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Delays in minutes, and looks a day over all sources."""

    mean: float
    p50: float
    p95: float
    looks_per_day: float


def score(task: Task, schedule: str) -> Score:
    looks = SCHEDULES[schedule](task)
    delays = [delay / 60 for delay in task.delays(looks)]
    cuts = statistics.quantiles(delays, n=20)
    return Score(
        mean=statistics.fmean(delays),
        p50=statistics.median(delays),
        p95=cuts[18],
        looks_per_day=task.looks_in(looks) / (task.end - task.scored) * DAY,
    )


def third_days(traces: list[Trace]) -> float:
    """The mean delay on the third day of sources that are new, over every day of the scored week.

    For each of its days, the whole newsroom is looked at for the first time two days before it.
    """
    _, scored, end = span(traces)
    delays: list[float] = []
    for day in range(round((end - scored) / DAY)):
        start = scored + day * DAY
        task = Task(
            traces=traces,
            begin=start - NEWCOMER_DAYS * DAY,
            scored=start,
            end=start + DAY,
            every=NEWCOMER_EVERY * 60,
        )
        delays += task.delays(siaga(task))
    return statistics.fmean(delays) / 60


def show(every: int, scores: dict[str, Score]) -> None:
    print(
        f"\none look in {every} minutes a source{'mean':>14}{'p50':>8}{'p95':>8}{'looks/day':>12}"
    )
    for name, one in scores.items():
        print(f"  {name:<36}{one.mean:8.2f}{one.p50:8.2f}{one.p95:8.2f}{one.looks_per_day:12.0f}")
    ours = scores["siaga"].mean
    against = ours / scores["fixed"].mean, ours / scores["oracle"].mean
    print(f"  siaga is {against[0]:.3f} of fixed and {against[1]:.3f} of the oracle")


def figures(scores: dict[int, dict[str, Score]], name: str) -> dict[str, dict[str, float]]:
    return {
        str(every): {schedule: round(getattr(one, name), 3) for schedule, one in row.items()}
        for every, row in scores.items()
    }


def against(scores: dict[int, dict[str, Score]], rival: str) -> dict[str, float]:
    return {
        str(every): round(row["siaga"].mean / row[rival].mean, 4) for every, row in scores.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--traces", type=Path)
    parser.add_argument("--newsroom", choices=NEWSROOMS, default="plain")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    traces = read(asked.traces) if asked.traces else generate(asked.newsroom, seed=asked.seed)
    begin, scored, end = span(traces)
    count = sum(scored <= at for trace in traces for at in trace.published)
    print(f"{len(traces)} sources, {count} articles in the last week; delays in minutes")
    scores: dict[int, dict[str, Score]] = {}
    for every in EVERY:
        task = Task(traces=traces, begin=begin, scored=scored, end=end, every=every * 60)
        scores[every] = {name: score(task, name) for name in SCHEDULES}
        show(every, scores[every])
    settled, new = scores[NEWCOMER_EVERY]["siaga"].mean, third_days(traces)
    print(f"\na source on its third day {new:.2f}, settled {settled:.2f}: {new / settled:.3f}")
    result = {
        "mean_delay_minutes": figures(scores, "mean"),
        "p50_delay_minutes": figures(scores, "p50"),
        "p95_delay_minutes": figures(scores, "p95"),
        "looks_per_day": figures(scores, "looks_per_day"),
        "siaga_to_fixed": against(scores, "fixed"),
        "siaga_to_oracle": against(scores, "oracle"),
        "newcomer_to_settled": round(new / settled, 4),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
