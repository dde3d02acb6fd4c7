"""The deadlines of agreements, for the calendar."""

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from jinhua_site.core.languages import in_both_languages, in_either_language
from jinhua_site.office.calendar import all_day

from .models import Agreement

TITLE = gettext_lazy("Agreements of the college")


def events():
    """Yield the last day of each agreement in force, and the last day to give notice."""
    agreements = Agreement.objects.with_state().filter(state__in=Agreement.IN_FORCE)
    for agreement in agreements.exclude(ends="", terminated="").select_related("partner"):
        yield _day(agreement, "end", agreement.terminated or agreement.ends, _last_day)
        if agreement.notice_by and not agreement.terminated:
            yield _day(agreement, "notice", agreement.notice_by, _notice)


def _day(agreement, kind, date, words):
    return all_day(
        name=f"agreement-{agreement.pk}-{kind}",
        date=getattr(date, "last_day", date),
        words=in_both_languages(lambda: words(agreement).format(agreement=_named(agreement))),
        page=reverse("admin:partnerships_agreement_change", args=[agreement.pk]),
        changed=agreement.changed,
    )


def _last_day(agreement):
    if agreement.auto_renews and not agreement.terminated:
        return gettext("Agreement renews itself: {agreement}")
    return gettext("Agreement ends: {agreement}")


def _notice(agreement):
    return gettext("Last day to give notice: {agreement}")


def _named(agreement):
    named = [in_either_language(agreement, "title"), agreement.partner]
    return " · ".join(str(part) for part in named if part)
