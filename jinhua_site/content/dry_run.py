"""Doing something to see what would come of it, and undoing it again: rows and files."""

from contextlib import contextmanager, suppress

from .uploads import together


class Undone(Exception):  # noqa: N818
    """Raised to undo what was done."""


@contextmanager
def dry_run(keep_files=False):
    """All that is written within is undone at its end.

    With `keep_files` the files stay, since a page that was made within may show them, until
    `stray_files` takes them away.
    """
    with suppress(Undone), together(keep_files):
        yield
        raise Undone
