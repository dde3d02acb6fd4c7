"""The deadlines of agreements, for the calendar."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinhua_site.core.languages import in_both_languages
from jinhua_site.office.calendar import all_day

from .models import Agreement

TITLE = _("Agreements of the college")
RENEWS = _("Agreement renews itself: {agreement}")
ENDS = _("Agreement ends: {agreement}")
NOTICE = _("Last day to give notice: {agreement}")


def events():
    """Yield the last day of each agreement in force, and the last day to give notice."""
    agreements = Agreement.objects.with_state().filter(state__in=Agreement.IN_FORCE)
    for agreement in agreements.exclude(ends="", terminated="").select_related("partner"):
        last_day = (agreement.terminated or agreement.ends).last_day
        yield _day(agreement, "end", last_day, RENEWS if agreement.renews_itself else ENDS)
        if agreement.notice_by and not agreement.terminated:
            yield _day(agreement, "notice", agreement.notice_by, NOTICE)


def _day(agreement, kind, date, pattern):
    def words():
        named = filter(None, [agreement.any_title, agreement.partner])
        return pattern.format(agreement=" · ".join(map(str, named)))

    return all_day(
        name=f"agreement-{agreement.pk}-{kind}",
        date=date,
        words=in_both_languages(words),
        page=reverse("admin:partnerships_agreement_change", args=[agreement.pk]),
        changed=agreement.changed,
    )
