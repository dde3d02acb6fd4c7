"""A calendar feed for each colleague, at a secret address."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from icalendar import Calendar, Event

from jinhua_site.core.languages import in_both_languages

from .models import CalendarKey, new_key

# How often calendar programs should refresh; few do so more than twice a day.
ASK_AGAIN = datetime.timedelta(hours=12)


@dataclass(frozen=True)
class Day:
    """An all-day event in the calendar."""

    name: str  # stable, even if the words or the date change
    date: datetime.date
    words: str
    page: str  # where staff read more
    changed: datetime.datetime


@require_safe
@cache_control(private=True, no_store=True)
def feed(request, key, title, days, permission):
    """Return the calendar with this key; 404 once its owner may no longer see it."""
    owned = CalendarKey.objects.select_related("user").filter(key=key).first()
    if not (owned and owned.user.has_perm(permission)):
        raise Http404
    title = in_both_languages(lambda: title)
    calendar = Calendar.new(name=title, refresh_interval=ASK_AGAIN)
    calendar.add("x-wr-calname", title)  # for programs older than RFC 7986
    for day in days():
        calendar.add_component(_event(day))
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def _event(day):
    event = Event()
    event.add("uid", f"{day.name}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", day.changed)
    event.add("last-modified", day.changed)
    event.add("dtstart", day.date)
    event.add("summary", day.words)
    event.add("url", f"{settings.SITE_URL}{day.page}")
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    return event


@require_POST
def new_address(request):
    """Give the colleague a new key; the old address stops working."""
    CalendarKey.objects.update_or_create(user=request.user, defaults={"key": new_key()})
    messages.success(request, _("Your calendar has a new address. The old one works no longer."))
    return redirect("admin:index")
