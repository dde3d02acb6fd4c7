"""What the templates of every page use."""

from django import template
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.core import languages, typography
from jinhua_site.core.dates import readable_date
from jinhua_site.core.grammar import labelled, paragraph, set_apart
from jinhua_site.core.numbers import plain
from jinhua_site.web.navigation import is_shown

register = template.Library()
register.filter(languages.bcp47)
register.filter(typography.bound)
register.filter(labelled)
register.filter(plain)
register.filter("in_a_row", set_apart)
register.filter("sentences", paragraph)

MENU = {
    "profile:facts": _("Facts and figures"),
    "profile:faculties": _("Faculties"),
    "profile:majors": _("Majors"),
    "partnerships:home": _("Partnerships"),
    "contact": _("Contact"),
}
ABOVE = MENU | {"partnerships:partners": _("Partners")}


@register.inclusion_tag("_crumbs.html", takes_context=True)
def crumbs(context, *names):
    """The breadcrumbs of this page, through the named pages."""
    above = [(reverse(name), ABOVE[name]) for name in names]
    return {"above": above, "title": context["title"]}


@register.simple_tag(takes_context=True)
def menu(context, request):
    """The entries of the main menu; the one that contains this page is current."""
    return [
        {"address": address, "label": label, "current": request.path.startswith(address)}
        for name, label in MENU.items()
        for address in [reverse(name)]
        if is_shown(name, context["college"])
    ]


@register.simple_tag
def other_language(request):
    """The other language, its own name, and the address of this page in it."""
    code = languages.other_language()
    address = languages.same_page_in(code, request.get_full_path())
    name = LANG_INFO[code]["name_local"]
    return {"tag": languages.bcp47(code), "name": name, "address": address}


@register.simple_tag
def other_tag():
    """The tag of the language that the page is not in."""
    return languages.bcp47(languages.other_language())


@register.simple_tag
def site_url():
    """The public address of the site, without a slash at its end."""
    return settings.SITE_URL


@register.simple_tag
def alternates(request):
    """The canonical address of this page, and the same page in each language."""
    path = request.get_full_path().partition("?")[0]
    address = {
        code: settings.SITE_URL + languages.same_page_in(code, path) for code in languages.CODES
    }
    return {
        "canonical": address[get_language()],
        "languages": [(languages.bcp47(code), link) for code, link in address.items()],
        "default": address["en"],
    }


@register.simple_tag(takes_context=True)
def citation(context, request, title, day):
    """How to cite this page: its title, a date, and the address of the page as of that date."""
    parameters = {name: value for name, value in request.GET.items() if value and name != "page"}
    view = getattr(request.resolver_match, "func", None)  # there is none on an error page
    dated = "as_of" in getattr(view, "reads", ())
    if dated:
        parameters["as_of"] = (day or timezone.localdate()).isoformat()
    query = f"?{urlencode(parameters)}" if parameters else ""
    return {
        "text": gettext("{college}: “{title}”, as of {date}.").format(
            college=context["college"].name,
            title=title,
            date=readable_date(day or timezone.localdate()),
        ),
        "address": f"{settings.SITE_URL}{iri_to_uri(request.path)}{query}",
        "dated": dated,
    }


@register.simple_tag
def in_other_language(record, field):
    """A translated field of `record` in the language that the page is not in."""
    return getattr(record, f"{field}_{languages.other_language().replace('-', '_')}")


@register.filter
def any_have(records, name):
    """Whether any record has a value for `name`, and the table needs a column for it."""
    return any(getattr(record, name) for record in records)


@register.filter
def as_time(date):
    """A date or partial date, marked up for machines and readable in the page's language."""
    return format_html('<time datetime="{}">{}</time>', str(date), readable_date(date))
