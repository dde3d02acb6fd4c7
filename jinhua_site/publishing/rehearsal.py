"""Doing something to see what would come of it, and undoing it again: rows, files, memory."""

from contextlib import contextmanager, suppress

from jinhua_site.content.uploads import together

from . import version


class Undone(Exception):  # noqa: N818
    """Raised to undo what was done."""


@contextmanager
def rehearsal(keep_files=False):
    """All that is written within is undone at its end; a process remembers nothing of it.

    With `keep_files` the files stay, since a page that was made within may show them, until
    `stray_files` takes them away.
    """
    with suppress(Undone), version.aside(), together(keep_files):
        yield
        raise Undone
