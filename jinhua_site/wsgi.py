"""The WSGI application that gunicorn serves."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from jinhua_site.environment import WrongSetting

BOOT_ERROR = 3  # on which gunicorn stops instead of starting the worker again

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhua_site.settings")
try:
    application = get_wsgi_application()
except WrongSetting as error:
    print(f"The site cannot start: {error}", file=sys.stderr)  # noqa: T201
    sys.exit(BOOT_ERROR)
