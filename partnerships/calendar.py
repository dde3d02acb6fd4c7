"""The deadlines of agreements: a calendar feed for each colleague, at a secret address."""

import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from icalendar import Calendar, Event

from jinhua_site.core.languages import in_both_languages
from jinhua_site.office.models import CalendarKey, new_key

from .models import Agreement

# How often calendar programs should refresh; few do so more than twice a day.
ASK_AGAIN = datetime.timedelta(hours=12)
ENDS = _("Agreement ends: {agreement}")
RENEWS = _("Agreement renews itself: {agreement}")
NOTICE = _("Last day to give notice: {agreement}")


@require_safe
@cache_control(private=True, no_store=True)
def feed(request, key):
    """Return the calendar with this key; 404 once its owner may no longer see it."""
    owned = CalendarKey.objects.select_related("user").filter(key=key).first()
    if not (owned and owned.user.has_perm("partnerships.view_agreement")):
        raise Http404
    title = in_both_languages(lambda: _("Agreements of the college"))
    calendar = Calendar.new(name=title, refresh_interval=ASK_AGAIN)
    calendar.add("x-wr-calname", title)  # for programs older than RFC 7986
    agreements = Agreement.objects.with_state().filter(state__in=Agreement.IN_FORCE)
    for agreement in agreements.exclude(ends="", terminated="").select_related("partner"):
        last = agreement.terminated or agreement.ends
        words = RENEWS if agreement.renews_itself else ENDS
        calendar.add_component(_all_day(agreement, "end", last.last_day, words))
        if agreement.notice_by and not agreement.terminated:
            calendar.add_component(_all_day(agreement, "notice", agreement.notice_by, NOTICE))
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def _all_day(agreement, kind, date, words):
    """Return an event of a whole day; its uid stays, even if the words or the date change."""
    page = reverse("admin:partnerships_agreement_change", args=[agreement.pk])
    event = Event()
    event.add("uid", f"agreement-{agreement.pk}-{kind}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", agreement.changed)
    event.add("last-modified", agreement.changed)
    event.add("dtstart", date)
    event.add("summary", in_both_languages(lambda: words.format(agreement=_named(agreement))))
    event.add("url", f"{settings.SITE_URL}{page}")
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    return event


def _named(agreement):
    named = [agreement.any_title, agreement.partner]
    return " · ".join(str(part) for part in named if part)


@require_POST
def new_address(request):
    """Give the colleague a new key; the old address stops working."""
    CalendarKey.objects.update_or_create(user=request.user, defaults={"key": new_key()})
    messages.success(request, _("Your calendar has a new address. The old one works no longer."))
    return redirect("admin:index")
