"""The marks beside the texts of a form."""

from django import template

from jinhua_site.office.translations.marks import mark_of
from jinhua_site.office.translations.record_types import Kind

register = template.Library()


@register.inclusion_tag("admin/_translation_mark.html", takes_context=True)
def translation_mark(context, field):
    """Says in words whether the text of a form's field is missing or stale."""
    form = field.form if field.is_readonly else field.field.form
    name = field.field["name"] if field.is_readonly else field.field.name
    record = getattr(form, "instance", None)
    stale = context.get("stale_texts", {})
    mark = mark_of(record, name, stale.get(record, {}) if record and record.pk else {})
    user = context["request"].user if mark else None
    return {
        "mark": mark,
        "may_confirm": mark and mark.stale and Kind(type(record)).may_be_changed(user),
        "with_changes": True,
    }
