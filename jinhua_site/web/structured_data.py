"""What the site tells search engines about the college, in schema.org's terms."""

import json

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext

from jinhua_site.core.languages import in_each_language


def structured_data(college):
    """The college in JSON-LD, with nothing that the home page does not say."""
    names = {getattr(college, name) for name in in_each_language("name")}
    data = {
        "@context": "https://schema.org",
        **the_college(college),
        "alternateName": sorted(names - {college.name, ""}),
        "url": f"{settings.SITE_URL}/{get_language()}/",
        "sameAs": college.website,
        "description": college.summary,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": college.address,
            "addressCountry": "CN",
        },
        "telephone": college.phone,
        "memberOf": {
            "@type": "Organization",
            "name": gettext("World Federation of Colleges and Polytechnics (WFCP)"),
            "url": "https://wfcp.org/",
        },
    }
    return script(filled(data))


def the_college(college):
    """A reference to the college, for what it publishes."""
    return {
        "@type": "CollegeOrUniversity",
        "@id": f"{settings.SITE_URL}/#college",
        "name": college.name,
    }


def filled(data):
    """`data` without empty values."""
    return {name: value for name, value in data.items() if value}


def script(content):
    """`content` as a JSON-LD element, escaped so that nothing in it ends the element."""
    text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False)
    escaped = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return mark_safe(f'<script type="application/ld+json">{escaped}</script>')  # noqa: S308
