"""Try a change out and undo it, both rows and files."""

from contextlib import contextmanager, suppress

from .uploads import together


class Undone(Exception):  # noqa: N818
    """Raised to roll a dry run back."""


@contextmanager
def dry_run(keep_files=False):
    """Undo everything written within the block.

    With `keep_files` the files stay until `stray_files` removes them, since a page rendered within
    the block may show them.
    """
    with suppress(Undone), together(keep_files):
        yield
        raise Undone
