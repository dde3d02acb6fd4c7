"""Notes on every save which texts fall behind their other language or catch up."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_save, pre_save

from jinhua_site.core.languages import CODES, in_each_language
from jinhua_site.office.models import StaleText
from jinhua_site.office.text_diff import tidy

from .texts import column, other, outdated_texts, translated_fields, translated_models


def watch():
    """Note on each save of a translated record which texts are outdated.

    The notes on a deleted record stay: it may be brought back.
    """
    for model in translated_models():
        pre_save.connect(_remember, sender=model)
        post_save.connect(_follow, sender=model)


def _remember(sender, instance, raw, using, update_fields, **kwargs):
    """Remember the texts before this save, if it may change one."""
    columns = [name for field in translated_fields(sender) for name in in_each_language(field)]
    is_written = update_fields is None or not {*columns}.isdisjoint(update_fields)
    instance._texts_before = None
    if is_written and instance.pk and not raw:
        # Bypasses modeltranslation, which would choose columns by the active language.
        rows = QuerySet(sender, using=using).filter(pk=instance.pk)
        instance._texts_before = rows.values(*columns).first()


def _follow(sender, instance, update_fields, **kwargs):
    """Note which texts fell behind with this save, and which caught up."""
    before = instance.__dict__.pop("_texts_before", None) or {}
    written = before.keys() if update_fields is None else before.keys() & update_fields
    was = {name: tidy(text) for name, text in before.items()}
    now = was | {name: tidy(getattr(instance, name)) for name in written}
    if was == now:
        return
    known = outdated_texts([instance])[instance]
    caught_up, behind = [], []
    for field in translated_fields(sender):
        changed = [code for code in CODES if was[column(field, code)] != now[column(field, code)]]
        caught_up += [(field, code) for code in changed]
        if len(changed) == 1:
            mine, theirs = (field, changed[0]), (field, other(changed[0]))
            if theirs in known and tidy(known[theirs].other_was) == now[column(*mine)]:
                caught_up.append(theirs)
            # A text that was outdated or missing has caught up; the other is not outdated by it.
            elif mine not in known and was[column(*mine)] and now[column(*theirs)]:
                behind.append((*theirs, was[column(*mine)]))
    _write(instance, [known[text].pk for text in caught_up if text in known], behind)


def _write(record, caught_up, behind):
    model = ContentType.objects.get_for_model(record)
    rows = [
        StaleText(model=model, record_id=record.pk, field=field, language=code, other_was=was)
        for field, code, was in behind
    ]
    with transaction.atomic():
        StaleText.objects.filter(pk__in=caught_up).delete()
        # An existing row knows the older text.
        StaleText.objects.bulk_create(rows, ignore_conflicts=True)
