from django.shortcuts import render
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .fragments import Shown
from .languages import bcp47, other_language
from .profile_text import Profile, texts
from .publishing.version import remembered
from .templatetags.site import in_other_language


def profile_text(request):
    context = {"title": _("Profile text"), "shown": written(get_language())}
    return render(request, "profile_text.html", context)


@remembered
def written(code):
    """The texts in the active language, `code`, each with its HTML."""
    profile = Profile.published()
    return Shown(texts=[(text, _as_html(text.body, profile.college)) for text in texts(profile)])


def _as_html(text, college):
    """Paragraphs, with the college's name in the other language marked as such."""
    name = in_other_language(college, "name")
    marked = format_html('<span lang="{}">{}</span>', bcp47(other_language()), name)
    return mark_safe(linebreaks(text, autoescape=True).replace(escape(name), marked))  # noqa: S308
