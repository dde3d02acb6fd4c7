"""What an archive says of itself: its last member, without which it is none."""

import datetime
import json
from dataclasses import asdict, dataclass, fields
from functools import cache

from django.db.migrations.loader import MigrationLoader

from . import BackupError

FORMAT = "jinhua-backup 1"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Manifest:
    made: str
    site: str
    release: str  # a digest of the code that made it
    engine: str
    engine_version: int  # of its server's kind; an older one may not understand the copy
    migrations: list  # those that were applied: `profile.0001_initial`
    content_version: int
    tables: dict  # by name: how many rows, and a digest of them
    files: dict  # by member: how many bytes, and their SHA-256
    format: str = FORMAT

    def as_bytes(self):
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def of(cls, text):
        """From `as_bytes`; `BackupError` where it is not that."""
        try:
            manifest = cls(**json.loads(text))
            kinds = {each.name: each.type for each in fields(cls)}
            valid = manifest.format == FORMAT and manifest.moment.tzinfo is not None
            valid &= all(isinstance(getattr(manifest, name), kinds[name]) for name in kinds)
        except (AttributeError, TypeError, ValueError):
            valid = False
        if not valid:
            raise BackupError("Its manifest is not one that this site writes.")
        return manifest

    @property
    def moment(self):
        return datetime.datetime.fromisoformat(self.made)

    @property
    def rows(self):
        return sum(table["rows"] for table in self.tables.values())

    @property
    def unknown_migrations(self):
        """What a newer release has done to the schema, and this one cannot work with."""
        return sorted(set(self.migrations) - known_migrations())

    @property
    def missing_migrations(self):
        return sorted(known_migrations() - set(self.migrations))


@cache
def known_migrations():
    """Every migration of the code that runs."""
    return frozenset(".".join(key) for key in MigrationLoader(None).disk_migrations)


def differing(before, after):
    """The names of the tables whose rows are not the same."""
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
