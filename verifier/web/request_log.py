"""A log for operators: one JSON object a line, without anything that a person gave.

Of a request: an id that is made here, the method, the route's template and never the address
itself, the status, and how long it took. Addresses, bodies, headers, names and network addresses
stay out: an address may be a capability, and what is checked holds somebody's data. Faults are
logged with their kind and place, as `verifier.web.problems` writes them.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, Any, Final

from flask import Flask, Response, g, request

from keys.moments import write_moment
from verifier.web.metrics import template_of

__all__ = ["REQUEST_ID", "RequestLog"]

REQUEST_ID: Final = "X-Request-Id"
"""Tells whoever asked the id under which the request was logged."""
_OURS: Final = ("contexts", "issuer", "keys", "verifier")
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


class RequestLog:
    """Writes to `stream`; `clock` gives the moment, `random` the bytes of ids."""

    def __init__(
        self,
        stream: IO[str],
        *,
        service: str,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        seconds: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._stream = stream
        self._service = service
        self._clock = clock
        self._random = random
        self._seconds = seconds

    def watch(self, app: Flask) -> None:
        """Log every request of the application and of those mounted in it."""
        for one in _with_mounted(app):
            self._watch(one)

    def take_faults(self) -> None:
        """Log what our own modules report; what others write may quote a request, and is left."""
        for name in _OURS:
            logger = logging.getLogger(name)
            logger.handlers = [_Handler(self)]
            logger.propagate = False

    def write(self, **said: Any) -> None:
        """One line."""
        line = {"at": write_moment(self._clock()), "service": self._service, **said}
        # One write for the whole line, so that those of several threads do not mix.
        self._stream.write(json.dumps(line, ensure_ascii=True) + "\n")
        self._stream.flush()

    def _watch(self, app: Flask) -> None:
        @app.before_request
        def begun() -> None:
            g.request_id = self._random(8).hex()
            g.request_begun = self._seconds()

        # The first that is registered runs last, and sees the answer as it leaves.
        app.after_request_funcs.setdefault(None, []).insert(0, self._ended)
        # An earlier hook may refuse a request before it has begun here: so this one comes first.
        hooks = app.before_request_funcs[None]
        hooks.insert(0, hooks.pop())

    def _ended(self, response: Response) -> Response:
        rule = request.url_rule
        begun = g.get("request_begun")
        identity = g.get("request_id", "")
        self.write(
            request=identity,
            method=request.method if request.method in _METHODS else "other",
            route=request.script_root + template_of(rule.rule) if rule is not None else "none",
            status=response.status_code,
            seconds=round(self._seconds() - begun, 4) if begun is not None else None,
        )
        response.headers[REQUEST_ID] = identity
        return response


class _Handler(logging.Handler):
    def __init__(self, log: RequestLog) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.write(level=record.levelname.lower(), fault=record.getMessage())


def _with_mounted(app: Flask) -> Iterator[Flask]:
    yield app
    for below in getattr(app.wsgi_app, "mounts", {}).values():
        if isinstance(below, Flask):
            yield below
