"""The state as Prometheus metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import psutil
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from supervisor.health import health_of
from supervisor.state import Phase, ServiceView, SystemView


def metrics_of(view: SystemView) -> bytes:
    """Return the view in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshot(view))
    return generate_latest(registry)


class _Snapshot(Collector):
    """One view, as metrics."""

    def __init__(self, view: SystemView) -> None:
        self._view = view

    def collect(self) -> Iterator[Metric]:
        """Return the metrics of ours, and those that children report under names that are still free."""
        ours = list(_ours(self._view))
        taken = {family.name for family in ours}
        yield from ours
        yield from (family for family in _reported(self._view.services) if family.name not in taken)


def _ours(view: SystemView) -> Iterator[Metric]:
    yield GaugeMetricFamily("helena_healthy", "1 when /health says OK", value=float(health_of(view).is_ok))
    uptime = (view.at - view.started_at).total_seconds()
    yield GaugeMetricFamily("helena_uptime_seconds", "Seconds since the supervisor started", value=uptime)
    yield from _store_metrics(view)
    yield from _service_metrics(view.services)
    yield from _process_metrics(view.services)
    text = "Discord IDENTIFYs within 24 hours"
    budget = GaugeMetricFamily("helena_identifies_last_day", text, labels=["service"])
    for service, used in view.identifies.items():
        budget.add_metric([service], used)
    yield budget


def _store_metrics(view: SystemView) -> Iterator[Metric]:
    up = GaugeMetricFamily("helena_store_up", "1 when Postgres or Redis answers", labels=["store"])
    answer = GaugeMetricFamily("helena_store_answer_seconds", "Time of the last round trip", labels=["store"])
    for store in view.stores:
        up.add_metric([store.name.lower()], float(store.is_up))
        if store.answer_seconds is not None:
            answer.add_metric([store.name.lower()], store.answer_seconds)
    yield from (up, answer)


def _service_metrics(services: Iterable[ServiceView]) -> Iterator[Metric]:
    ready = GaugeMetricFamily("helena_service_ready", "1 when the service does its job", labels=["service"])
    phase = GaugeMetricFamily("helena_service_phase", "1 for the current phase", labels=["service", "phase"])
    restarts = CounterMetricFamily("helena_service_restarts", "Restarts of the service", labels=["service"])
    problems = GaugeMetricFamily("helena_service_problems", "Problems it reports", labels=["service"])
    start = GaugeMetricFamily("helena_service_start_seconds", "Time until it was ready", labels=["service"])
    for view in services:
        ready.add_metric([view.name], float(view.phase is Phase.READY))
        phase.add_metric([view.name, view.phase.replace(" ", "_")], 1.0)
        restarts.add_metric([view.name], view.restarts)
        problems.add_metric([view.name], len(view.problems))
        if view.ready_after_seconds is not None:
            start.add_metric([view.name], view.ready_after_seconds)
    yield from (ready, phase, restarts, problems, start)


def _process_metrics(services: Iterable[ServiceView]) -> Iterator[Metric]:
    memory = GaugeMetricFamily("helena_service_resident_bytes", "Resident memory", labels=["service"])
    processor = CounterMetricFamily("helena_service_cpu_seconds", "Processor time used", labels=["service"])
    for view in services:
        if view.pid is None:
            continue
        try:
            process = psutil.Process(view.pid)
            times = process.cpu_times()
            memory.add_metric([view.name], process.memory_info().rss)
        except psutil.Error:
            continue  # it ended in between
        processor.add_metric([view.name], times.user + times.system)
    yield from (memory, processor)


def _reported(services: Iterable[ServiceView]) -> Iterator[Metric]:
    """Return what the children report of themselves, one family per name; ``…_total`` is a counter."""
    families: dict[str, CounterMetricFamily | GaugeMetricFamily] = {}
    for view in services:
        for name, value in view.numbers.items():
            if name not in families:
                kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
                families[name] = kind(f"helena_{name}", f"Reported by services: {name}", labels=["service"])
            families[name].add_metric([view.name], value)
    yield from families.values()
