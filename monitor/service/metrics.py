"""Figures as Prometheus reads them. No label takes a value that a site, a user or a secret could give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from monitor.service.pulse import Part
from monitor.service.vitals import LookOutcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from prometheus_client.metrics_core import Metric

    from monitor.service.figures import Figures

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that /metrics tells. Memory is resident, in bytes."""

    figures: Figures
    now: datetime
    started_at: datetime
    config_version: int
    looks: Mapping[LookOutcome, int]
    stalled: Collection[Part]
    worker_memory: int
    daemon_memory: int


def exposition(report: Report) -> str:
    """The report in Prometheus's text format, 0.0.4."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(report))
    return generate_latest(registry).decode()


class _Told(Collector):
    def __init__(self, report: Report) -> None:
        self._report = report

    def collect(self) -> Iterator[Metric]:
        yield from _of_the_daemon(self._report)
        yield from _of_the_tables(self._report.figures)
        yield from _of_the_waits(self._report.figures)


def _of_the_daemon(report: Report) -> Iterator[Metric]:
    looks = {outcome: report.looks.get(outcome, 0) for outcome in LookOutcome}
    yield _counters("siaga_looks", "Looks at sites since the start, by outcome.", looks)
    age = (report.now - report.started_at).total_seconds()
    yield _gauge("siaga_age_seconds", "How long the daemon has been running.", age)
    moving = {part.value: float(part not in report.stalled) for part in Part}
    yield _gauges("siaga_moving", "Whether each part moves (1) or has stalled (0).", "part", moving)
    told = "Memory of the crawl worker, 0 while there is none."
    yield _gauge("siaga_worker_memory_bytes", told, report.worker_memory)
    yield _gauge("siaga_daemon_memory_bytes", "Memory of the daemon.", report.daemon_memory)
    told = "How many configs were applied since the start."
    yield _gauge("siaga_config_version", told, report.config_version)


def _of_the_tables(figures: Figures) -> Iterator[Metric]:
    yield _gauge("siaga_articles", "Articles in the archive.", figures.articles)
    yield _gauge("siaga_alerts", "Alerts made.", figures.alerts)
    told = "Articles that met watchlists, by what was decided."
    yield _gauges("siaga_matches", told, "decision", figures.matches)
    yield _gauges("siaga_deliveries", "Deliveries, by state.", "state", figures.deliveries)
    yield _gauges("siaga_sites", "Sites of the config, by health.", "health", figures.sites)
    told = "Requests to sites over the last 24 hours, by outcome."
    yield _gauges("siaga_requests", told, "outcome", figures.requests)
    told = "Channels that send nothing for now."
    yield _gauge("siaga_closed_channels", told, figures.closed_channels)
    if figures.config_applied_at is not None:
        at = figures.config_applied_at.timestamp()
        told = "When the config in use was applied."
        yield _gauge("siaga_config_applied_timestamp_seconds", told, at)
    told = "Whether config.yaml as it is now is refused."
    yield _gauge("siaga_config_refused", told, figures.config_is_refused)


def _of_the_waits(figures: Figures) -> Iterator[Metric]:
    told = "Entries of the article log that matching has not read."
    yield _gauge("siaga_unread_articles", told, figures.unread)
    told = "How far matching is behind the article log."
    yield _gauge("siaga_matching_lag_seconds", told, figures.unread_for.total_seconds())
    told = "How long the oldest undelivered message has waited."
    yield _gauge("siaga_delivery_lag_seconds", told, figures.undelivered_for.total_seconds())
    told = "For how long the look that is most overdue has been due."
    yield _gauge("siaga_look_lag_seconds", told, figures.look_overdue_for.total_seconds())


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)


def _gauges(name: str, told: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=[label])
    for word, value in values.items():
        family.add_metric([word], value)
    return family


def _counters(name: str, told: str, values: Mapping[LookOutcome, int]) -> Metric:
    family = CounterMetricFamily(name, told, labels=["outcome"])
    for word, value in values.items():
        family.add_metric([word], value)
    return family
