#!/usr/bin/env python3
"""Runs Django's commands on the site."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhua_site.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from jinhua_site.core.environment import WrongSetting

    try:
        execute_from_command_line(sys.argv)
    except WrongSetting as error:
        sys.exit(f"The site cannot start: {error}")
    except OperationalError as error:
        sys.exit(f"The database cannot be used: {' '.join(str(error).split())}")


if __name__ == "__main__":
    main()
