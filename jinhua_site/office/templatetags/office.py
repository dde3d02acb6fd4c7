"""Tags and filters for the templates of the admin."""

from django import template
from django.utils.html import format_html

from jinhua_site.accounts.roles import name_of
from jinhua_site.content.field_labels import NOTHING
from jinhua_site.office.text_diff import differences
from jinhua_site.office.translations.marks import mark_of
from jinhua_site.office.translations.texts import RecordType

register = template.Library()


@register.filter
def colleague(user):
    """Return a colleague's name; empty if there is no user."""
    return name_of(user) if user else ""


@register.filter
def bold(text):
    return format_html("<b>{}</b>", text)


@register.simple_tag
def compared(old, new):
    """Return both values in one text, changes marked; empty if one is missing.

    `_value.html` shows one side of it, and hides the marks of the other.
    """
    return "" if NOTHING in (old, new) else differences(old, new)


@register.inclusion_tag("admin/_translation_mark.html", takes_context=True)
def translation_mark(context, field):
    """Say in words whether the text of a form's field is missing or out of date."""
    form = field.form if field.is_readonly else field.field.form
    name = field.field["name"] if field.is_readonly else field.field.name
    record, outdated = getattr(form, "instance", None), context.get("outdated_texts", {})
    mark = record and mark_of(record, name, outdated.get(record, {}) if record.pk else {})
    user = context["request"].user if mark else None
    may_confirm = mark and mark.outdated and RecordType(type(record)).may("change", user)
    return {"mark": mark, "may_confirm": may_confirm}
