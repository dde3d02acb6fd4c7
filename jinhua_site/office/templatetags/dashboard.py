from django import template
from django.conf import settings
from django.urls import reverse

from jinhua_site.office.dashboard import waiting_for
from jinhua_site.office.models import CalendarKey

register = template.Library()


@register.simple_tag(takes_context=True)
def desk(context):
    """What waits for whoever looks at the page."""
    return waiting_for(context["request"].user)


@register.simple_tag(takes_context=True)
def calendar_address(context):
    """The secret address of the colleague's calendar; none before it has been asked for."""
    owned = CalendarKey.objects.filter(user=context["request"].user).first()
    return owned and settings.SITE_URL + reverse("agreements_calendar", args=[owned.key])
