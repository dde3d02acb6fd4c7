"""The WSGI application that gunicorn serves."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import engines

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhua_site.settings")
application = get_wsgi_application()

from .content.content_number import Poller  # noqa: E402 - after the settings are known
from .web.page_cache import PageCache  # noqa: E402

poller = Poller()
if settings.DEBUG:  # a developer sees each change of a template at once
    poller.begin()
else:
    application = PageCache(application, poller)
    # An update changes the files of a process that still runs: it has to have read its own.
    for folder in engines["django"].dirs:
        for file in Path(folder).rglob("*.*"):
            engines["django"].get_template(str(file.relative_to(folder)))
