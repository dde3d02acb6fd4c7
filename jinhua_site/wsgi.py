"""The WSGI application that gunicorn serves."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import engines

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhua_site.settings")
application = get_wsgi_application()
if not settings.DEBUG:  # a developer sees each change of a template at once
    from .page_cache.application import PageCache

    application = PageCache(application)
    # An update changes the files of a process that still runs: it has to have read its own.
    for folder in engines["django"].dirs:
        for file in Path(folder).rglob("*.*"):
            engines["django"].get_template(str(file.relative_to(folder)))
