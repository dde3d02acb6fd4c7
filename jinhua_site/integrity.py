"""Says in each page what its scripts must be, so that a browser runs no other."""

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha384

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import MiddlewareNotUsed

SCRIPT = re.compile(
    rb'(<script\b[^>]*?\bsrc="%b([^"?#]+)")(?![^>]*\bintegrity=)'
    % re.escape(settings.STATIC_URL.encode())
)


class ScriptIntegrity:
    """The last of the middleware: whoever wrote a script's tag, Django's admin too, it has this.

    A hash is worked out once for each file, whose name changes with its content. What is no
    file, such as the words of the admin's scripts, has none.
    """

    def __init__(self, get_response):
        if settings.DEBUG:  # the files change under the process
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        kind = response.get("Content-Type", "")
        if kind.startswith("text/html") and not response.streaming:
            response.content = SCRIPT.sub(_with_digest, response.content)
        return response


def _with_digest(tag):
    digest = digest_of(tag[2].decode())
    return tag[1] + (f' integrity="{digest}"'.encode() if digest else b"")


@lru_cache(maxsize=1024)
def digest_of(name):
    """What `integrity` says of a static file, by its name with the hash; "" where there is none."""
    try:
        with staticfiles_storage.open(name) as file:
            return f"sha384-{b64encode(sha384(file.read()).digest()).decode()}"
    except (OSError, ValueError):
        return ""
