"""`python -m tests.killed 120 migrate`: a command, killed as it begins its 120th statement.

Of several commands the last one is; those before it go through.
"""

import os
import signal
import sys

import django
from django.core.management import call_command
from django.db import connection


def run(last, *commands):
    begun = 0
    for command in commands[:-1]:
        call_command(command)

    def count(execute, *statement):
        nonlocal begun
        begun += 1
        if begun == last:
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*statement)

    with connection.execute_wrapper(count):
        call_command(commands[-1])


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "jinhua_site.settings"
    django.setup()
    run(int(sys.argv[1]), *sys.argv[2:])
