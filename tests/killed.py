"""`python -m tests.killed 120 migrate`: a command, killed as it begins its 120th statement.

Of several commands the last one is; those before it go through. `'2 INSERT INTO'` counts
the statements that begin so.
"""

import os
import signal
import sys

import django
from django.core.management import call_command
from django.db import connection


def run(last, beginning, *commands):
    begun = 0
    for command in commands[:-1]:
        call_command(command)

    def count(execute, sql, *rest):
        nonlocal begun
        begun += str(sql).startswith(beginning)
        if begun == last:
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        call_command(commands[-1])


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "jinhua_site.settings"
    django.setup()
    number, _, text = sys.argv[1].partition(" ")
    run(int(number), text, *sys.argv[2:])
