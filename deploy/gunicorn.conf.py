"""gunicorn's settings, for `make run` and for a server."""

import os

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 30
graceful_timeout = 20
max_requests = 10_000
max_requests_jitter = 1_000
# It would be made in the home folder, which a service account often lacks.
control_socket_disable = True
