from django.shortcuts import render
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .languages import bcp47, other_language
from .profile_text import Profile, texts
from .templatetags.site import in_other_language


def profile_text(request):
    profile = Profile.published()
    written = [(text, _as_html(text.body, profile.college)) for text in texts(profile)]
    return render(request, "profile_text.html", {"title": _("Profile text"), "texts": written})


def _as_html(text, college):
    """Paragraphs, with the college's name in the other language marked as such."""
    name = in_other_language(college, "name")
    marked = format_html('<span lang="{}">{}</span>', bcp47(other_language()), name)
    return mark_safe(linebreaks(text, autoescape=True).replace(escape(name), marked))  # noqa: S308
