"""Which addresses are the same for everyone, and what of an address makes another page."""

from functools import lru_cache, wraps
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

LONGEST = 1024  # letters of an address that is kept; nobody links to a longer one


def for_everyone(*parameters):
    """A view whose answer is the same for everyone, and so may be kept and given to anybody.

    Of the query it reads `parameters` and no others, of cookies and headers none.
    """

    def known(view):
        @wraps(view)
        def answering(request, *args, **kwargs):
            return view(request, *args, **kwargs)

        answering = csrf_exempt(require_safe(answering))
        answering.reads = parameters
        return answering

    return known


def canonical(path, query):
    """The query with what the page at `path` reads, in one order; None if it is not for everyone.

    `path` and `query` are text as WSGI has it: Latin letters that stand for bytes.
    """
    parameters = _reads(path) if len(path) <= LONGEST else None
    if not query or parameters is None:
        return None if parameters is None else ""
    try:
        given = QueryDict(query.encode("latin-1"))
    except SuspiciousOperation:  # more parameters than any honest address has
        return None
    return urlencode([(name, given[name]) for name in parameters if given.get(name)])


@lru_cache(maxsize=4096)
def _reads(path):
    try:
        path = path.encode("latin-1").decode()
        with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
            return getattr(resolve(path).func, "reads", None)
    except (Resolver404, UnicodeDecodeError):
        return None


@lru_cache(maxsize=256)
def is_ours(host):
    """Whether the site answers at this `Host`."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
