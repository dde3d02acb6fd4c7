"""The WSGI application that gunicorn serves."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import engines

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhua_site.settings")
application = get_wsgi_application()

from .content.content_number import Poller  # noqa: E402 - after Django is set up
from .web.page_cache import PageCache  # noqa: E402

poller = Poller()
if settings.DEBUG:  # without the page cache a developer sees every change at once
    poller.begin()
else:
    application = PageCache(application, poller)
    # An update replaces the templates of running processes, so each reads them all at its start.
    for folder in engines["django"].dirs:
        for file in Path(folder).rglob("*.*"):
            engines["django"].get_template(str(file.relative_to(folder)))
