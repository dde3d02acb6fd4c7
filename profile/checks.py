"""Checks the college's record, for `manage.py check --deploy`."""

from django.core import checks
from django.db import Error

from .models import College


@checks.register("content", deploy=True)
def filing_number(app_configs, **kwargs):
    try:
        has_number = College.objects.exclude(icp_filing="").exists()
    except Error:
        return  # another check reports that the database does not answer
    if not has_number:
        yield checks.Warning(
            "The ICP filing number is empty; the law requires it at the foot of every page.",
            hint="Write it into the college's record: admin, College, filing numbers.",
            id="jinhua.W008",
        )
