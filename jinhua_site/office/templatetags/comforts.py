"""What the template of the admin's forms uses."""

from django import template
from django.utils.text import capfirst

register = template.Library()


@register.simple_tag
def error_links(adminform, inlines):
    """Each error of a refused form, with the address of its field on the page."""
    links = [*_of_fields(adminform.form)]
    for inline in inlines or ():
        prefix = inline.formset.prefix
        links += _linked(inline.formset.non_form_errors(), f"{prefix}-group", _kind(inline))
        for number, row in enumerate(inline):
            name = str(row.original) if row.original else f"{_kind(inline)} #{number + 1}"
            links += _linked(row.form.non_field_errors(), f"{prefix}-{number}", name)
            links += _of_fields(row.form, f"{name} · ")
    return links


def _of_fields(form, row=""):
    for field in form.visible_fields():
        place = field.id_for_label or field.auto_id
        yield from _linked(field.errors, place, f"{row}{field.label}")


def _linked(errors, place, label):
    return [{"address": f"#{place}", "label": label, "error": error} for error in errors]


def _kind(inline):
    return capfirst(inline.opts.verbose_name)
