"""Django's `migrate`, which may be killed at any moment and run again."""

from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor


class Executor(MigrationExecutor):
    """Notes a migration in the very transaction that carries it out.

    Django's notes one that leaves statements for the end only after it is committed: killed
    in between, it would try to make its tables a second time.
    """

    def apply_migration(self, state, migration, **options):
        apply = migration.apply

        def apply_to_the_end(state, editor, **options):
            state = apply(state, editor, **options)
            while editor.deferred_sql:
                editor.execute(editor.deferred_sql.pop(0), None)
            return state

        migration.apply = apply_to_the_end
        return super().apply_migration(state, migration, **options)


migrate.MigrationExecutor = Executor


class Command(migrate.Command):
    pass
