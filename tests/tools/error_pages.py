"""Writes nginx's error pages from the site's template: see `make messages`."""

import os
import tempfile

import django
from django.template.loader import render_to_string
from django.utils.translation import override

from tests.support.server import PROJECT

FOLDER = PROJECT / "deploy" / "nginx" / "jinhua" / "pages"
FAULTS = (400, 404, 405, 413, 429, 503, "signed_out")
STYLESHEET = "/.nginx/site.css"  # a file whose name does not change with each release


def pages():
    """Return the HTML of each page by its file name."""
    from jinhua_site.web import errors

    context = {"codes": errors.CODES, "stylesheet": STYLESHEET}
    with override("en"):
        return {
            f"{name}.html": render_to_string("bare.html", context | {"fault": errors.FAULTS[name]})
            for name in FAULTS
        }


def main():
    with tempfile.TemporaryDirectory() as var_dir:
        os.environ |= {"VAR_DIR": var_dir, "DJANGO_SETTINGS_MODULE": "jinhua_site.settings"}
        django.setup()
        for name, text in pages().items():
            (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
