"""Try a change out and undo it: neither rows nor files are written."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

writes_no_files = ContextVar("writes_no_files", default=False)


@contextmanager
def dry_run(keep_files=False):
    """Undo everything written within the block.

    With `keep_files` its files are written, since a page rendered within the block may show
    them; they stay until `stray_files` removes them.
    """
    token = writes_no_files.set(not keep_files)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        writes_no_files.reset(token)
