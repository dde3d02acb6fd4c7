"""Database, media and private files in one archive, and back again.

Files are never changed in place, and a record is saved after its files are. So the
database is copied first and the files after it: each that the copy names is still
there, and one that came later does no harm. Where a file has gone meanwhile, which the
copy may name, all is begun again.
"""


class BackupError(Exception):
    """Why there is no archive, or why one was not restored, in words for the operator."""


class NotPutBackError(BackupError):
    """A restoration failed, and what was there could not be put back: it lies aside."""
