"""Gunicorn for the issuer and the verifier, behind a proxy that ends TLS.

    ECVET_HOME=/srv/ecvet/home gunicorn -c deploy/gunicorn.conf.py 'issuer.web.wsgi:public()'
    ECVET_TRUST=/srv/ecvet/trust gunicorn -c deploy/gunicorn.conf.py 'verifier.web.wsgi:app()'

What differs from place to place is read from the environment: ECVET_BIND, ECVET_WORKERS,
ECVET_THREADS. docs/deployment.md has the rest.
"""

import os
import shutil
import tempfile
from typing import Any

bind = os.environ.get("ECVET_BIND", "127.0.0.1:8800")
workers = int(os.environ.get("ECVET_WORKERS", "2"))
threads = int(os.environ.get("ECVET_THREADS", "4"))
worker_class = "gthread"

# A paper of several megabytes over a slow line takes a while; nothing here takes longer.
timeout = 60
graceful_timeout = 20
keepalive = 15
# A worker is replaced now and then, so that no leak lasts; not all at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000

# An access log would hold addresses that open documents. ECVET_LOG=json writes one that does not.
accesslog = None
errorlog = "-"
loglevel = "warning"
limit_request_line = 8190
limit_request_fields = 100

# Only the proxy in front may say that a request came over HTTPS.
forwarded_allow_ips = os.environ.get("ECVET_PROXY", "127.0.0.1")

# Each worker counts for itself; `GET /metrics` adds them up through this folder.
_counts = tempfile.mkdtemp(prefix="ecvet-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _counts

# Only now: it decides when it is imported whether it counts for several processes.
from prometheus_client import multiprocess  # noqa: E402


def child_exit(server: object, worker: Any) -> None:
    """Let go of the counts of a worker that ended."""
    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: object) -> None:
    """Leave nothing behind."""
    shutil.rmtree(_counts, ignore_errors=True)
