"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhua_site.settings")
application = get_wsgi_application()
if not settings.DEBUG:  # a developer sees each change of a template at once
    from .page_cache.application import PageCache

    application = PageCache(application)
