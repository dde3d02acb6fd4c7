"""The settings of a site started with other variables."""

import json

from tests.support.server import python


def tell(expression, **variables):
    """Return the value of `expression` on a site with `variables`."""
    code = (
        "import json, django; from django.conf import settings; from django.test import Client; "
        f"django.setup(); print('TOLD', json.dumps({expression}))"
    )
    done = python("-c", code, DJANGO_SETTINGS_MODULE="jinhua_site.settings", **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.partition("TOLD ")[2])
