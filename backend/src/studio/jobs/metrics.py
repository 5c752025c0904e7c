"""What Prometheus is told of jobs, calls of models, workers and sockets. No label has what a client chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from src.studio.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client import Metric

    from src.studio.jobs.service import JobService


class Sockets(Protocol):
    """What is counted of the sockets of this process."""

    sent: int

    @property
    def sockets(self) -> int:
        """How many there are."""
        ...


class JobCollector(Collector):
    """How things are at this moment. Where the database cannot be read, the sockets alone are told of."""

    def __init__(self, jobs: JobService, sockets: Sockets) -> None:
        self._jobs, self._sockets = jobs, sockets

    def collect(self) -> Iterable[Metric]:
        """Return all that there is to tell."""
        yield GaugeMetricFamily("studio_sockets", "Sockets of this process.", value=self._sockets.sockets)
        yield CounterMetricFamily("studio_events_sent", "Events sent to sockets.", value=self._sockets.sent)
        try:
            figures, silences = self._jobs.figures(), self._jobs.silences()
        except StorageError:
            return
        jobs = GaugeMetricFamily("studio_jobs", "Jobs that are kept.", labels=("kind", "state"))
        for labels, count in figures.jobs.items():
            jobs.add_metric(labels, count)
        yield jobs
        told = "Calls of models that ended, by how they did."
        calls = CounterMetricFamily("studio_model_calls", told, labels=("kind", "outcome"))
        for labels, count in figures.calls.items():
            calls.add_metric(labels, count)
        yield calls
        told = "How long the first job in the line has waited."
        yield GaugeMetricFamily("studio_queue_oldest_seconds", told, value=figures.oldest_seconds)
        yield GaugeMetricFamily("studio_workers", "Workers.", value=len(silences))
        if silences:
            told = "Time since the worker was heard that has been silent for longest."
            yield GaugeMetricFamily("studio_worker_heartbeat_age_seconds", told, value=max(silences.values()))
