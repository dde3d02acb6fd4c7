"""A calendar feed for each colleague, at a secret address."""

import datetime
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


@require_safe
@cache_control(private=True, no_store=True)
def feed(request, key, title, events, permission):
    """Return the calendar with this key; 404 once its owner may no longer see it."""
    owned = CalendarKey.objects.select_related("user").filter(key=key).first()
    if not (owned and owned.user.has_perm(permission)):
        raise Http404
    title = in_both_languages(lambda: title)
    calendar = Calendar.new(name=title, refresh_interval=ASK_AGAIN)
    calendar.add("x-wr-calname", title)  # for programs older than RFC 7986
    for event in events():
        calendar.add_component(event)
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def all_day(name, date, words, page, changed):
    """Return an event of a whole day; its `name` stays, even if the words or the date change."""
    event = Event()
    event.add("uid", f"{name}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", date)
    event.add("summary", words)
    event.add("url", f"{settings.SITE_URL}{page}")
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    return event


@require_POST
def new_address(request):
    """Give the colleague a new key; the old address stops working."""
    CalendarKey.objects.update_or_create(user=request.user, defaults={"key": new_key()})
    messages.success(request, _("Your calendar has a new address. The old one works no longer."))
    return redirect("admin:index")
