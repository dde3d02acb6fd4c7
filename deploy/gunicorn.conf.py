"""gunicorn's settings, for `make run` and for a server."""

import os
import sys

from gunicorn.http import message

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 30
graceful_timeout = 20
# The site answers an overlong address in words, where gunicorn would in bare
# English; it takes no longer line than this constant of its own.
message.MAX_REQUEST_LINE = limit_request_line = 128 * 1024
max_requests = 10_000
max_requests_jitter = 1_000
# It would be made in the home folder, which a service account often lacks.
control_socket_disable = True


def on_starting(server):
    """Stop with one sentence on a wrong setting, before any worker is started."""
    from jinhua_site.environment import WrongSetting

    try:
        import jinhua_site.settings  # noqa: F401
    except WrongSetting as error:
        sys.exit(f"The site cannot start: {error}")
