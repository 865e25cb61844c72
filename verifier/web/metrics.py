"""What operators may count: requests, answers and durations, and nothing of what was asked.

Routes are named by their templates (`/credentials/{token}`), never by paths, so no address that is
a capability and nothing personal can get in. Each application has a registry of its own.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from verifier.presentations import PresentationReport
from verifier.report import Report, Verdict
from verifier.web.answers import Answer, Step, Verifying

__all__ = ["Metrics", "template_of"]

#: Where the server says in which folder its processes keep their counts for one another.
_SEVERAL: Final = "PROMETHEUS_MULTIPROC_DIR"
_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@cache
def template_of(rule: str) -> str:
    """A route as OpenAPI writes it: `/credentials/<token:token>` is `/credentials/{token}`."""
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule)


class Metrics:
    """The counters of one application; `clock` gives seconds that only ever grow."""

    def __init__(self, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "ecvet_http_requests",
            "Requests by route, method and class of the answer's status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "ecvet_http_request_duration_seconds",
            "How long answers took, by route.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._verifications: Counter | None = None

    def watch(self, app: Flask) -> None:
        """Count every request of the application, and answer `GET /metrics`."""

        @app.before_request
        def started() -> None:
            g.metrics_started = self._clock()

        @app.after_request
        def ended(response: Response) -> Response:
            rule = request.url_rule
            route = template_of(rule.rule) if rule is not None else "none"
            method = request.method if request.method in _METHODS else "other"
            self._requests.labels(route, method, f"{response.status_code // 100}xx").inc()
            begun = g.get("metrics_started")  # absent where an earlier hook refused the request
            if begun is not None:
                self._seconds.labels(route).observe(self._clock() - begun)
            return response

        @app.get("/metrics")
        def metrics() -> Response:
            return Response(generate_latest(self._all()), content_type=CONTENT_TYPE_LATEST)

    def _all(self) -> CollectorRegistry:
        """The counters of this process, or of every process of a server that runs several."""
        if _SEVERAL not in os.environ:
            return self._registry
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return together

    def counting(self, verifying: Verifying) -> Verifying:
        """The same verifier, with its verdicts counted."""
        self._verifications = Counter(
            "ecvet_verifications",
            "Verifications by verdict.",
            ("verdict",),
            registry=self._registry,
        )
        for verdict in Verdict:  # from the start, so that a first one is seen as a rise
            self._verifications.labels(verdict.value)
        return _Counted(verifying, self.verified)

    def verified(self, verdict: Verdict) -> None:
        """Count one verification; does nothing for a service that verifies nothing."""
        if self._verifications is not None:
            self._verifications.labels(verdict.value).inc()


class _Counted:
    def __init__(self, verifying: Verifying, count: Callable[[Verdict], None]) -> None:
        self._verifying = verifying
        self._count = count

    def of_bytes(self, items: Sequence[tuple[str, bytes]]) -> list[Answer]:
        answers = self._verifying.of_bytes(items)
        for answer in answers:
            self._count(answer.report.verdict)
        return answers

    def of_each(self, items: Sequence[tuple[str, bytes]]) -> Iterator[Step]:
        for step in self._verifying.of_each(items):
            for answer in step.answers:
                self._count(answer.report.verdict)
            yield step

    def of_link(self, text: str) -> Answer:
        answer = self._verifying.of_link(text)
        self._count(answer.report.verdict)
        return answer

    def of_document(self, document: bytes) -> Report:
        report = self._verifying.of_document(document)
        self._count(report.verdict)
        return report

    def of_presentation(
        self, presentation: bytes, *, challenge: str | None, domain: str | None
    ) -> PresentationReport:
        report = self._verifying.of_presentation(presentation, challenge=challenge, domain=domain)
        self._count(report.verdict)
        return report
