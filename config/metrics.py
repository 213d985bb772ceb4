"""Figures for Prometheus: requests counted in every process, backlogs read from the database when asked."""

import os
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseForbidden
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from config import backlog
from config.accounts.addresses import client_address, is_within

REQUESTS = Counter("assay_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "assay_request_seconds",
    "Time to answer a request.",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method if method in METHODS else "other", route, status).inc()
    SECONDS.labels(route).observe(seconds)


class BacklogCollector(Collector):
    def __init__(self, now: datetime):
        self.now = now

    def collect(self):
        waiting = GaugeMetricFamily("assay_waiting", "Rows that wait to be handled.", labels=["kind"])
        age = GaugeMetricFamily("assay_oldest_seconds", "Age of the oldest of them.", labels=["kind"])
        up = GaugeMetricFamily("assay_database_up", "Whether the database answers.")
        try:
            for found in backlog.read(now=self.now):
                waiting.add_metric([found.kind], found.waiting)
                age.add_metric([found.kind], found.oldest_seconds)
            up.add_metric([], 1)
        except DatabaseError:
            up.add_metric([], 0)
        yield from (up, waiting, age)


def metrics(request):
    if not is_within(client_address(request), settings.ASSAY_METRICS_ALLOW):
        return HttpResponseForbidden()
    backlogs = CollectorRegistry()
    backlogs.register(BacklogCollector(timezone.now()))
    requests = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        requests = CollectorRegistry()
        MultiProcessCollector(requests)
    return HttpResponse(
        generate_latest(requests) + generate_latest(backlogs), content_type=CONTENT_TYPE_LATEST
    )
