"""How a text becomes stale, and how it is put right: noted on each save, whoever saves."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_save, pre_save

from jinhua_site.core.languages import CODES, in_each_language
from jinhua_site.office.models import StaleText
from jinhua_site.office.text_diff import tidy

from .texts import column, other, stale_texts, translated_fields, translated_models


def watch():
    """Let each save of a translated record set right which texts are stale.

    What was noted of a record outlives it: the record may be brought back.
    """
    for model in translated_models():
        pre_save.connect(_compare, sender=model)
        post_save.connect(_follow, sender=model)


def _compare(sender, instance, raw, using, update_fields, **kwargs):
    """Keep what this save is about to change: the texts of a field before and after it."""
    instance._changed_texts = {}
    fields = translated_fields(sender)
    columns = [name for field in fields for name in in_each_language(field)]
    written = [name for name in columns if update_fields is None or name in update_fields]
    if raw or not written or not instance.pk:
        return
    # Past modeltranslation, which would choose the columns by the active language.
    before = QuerySet(sender, using=using).filter(pk=instance.pk).values(*columns).first()
    if before:
        after = before | {name: getattr(instance, name) for name in written}
        pairs = {
            field: (_by_language(before, field), _by_language(after, field)) for field in fields
        }
        instance._changed_texts = {
            field: pair for field, pair in pairs.items() if pair[0] != pair[1]
        }


def _follow(sender, instance, **kwargs):
    """Note which texts have fallen behind by this save, and which have caught up."""
    changes = instance.__dict__.pop("_changed_texts", None)
    if not changes:
        return
    known = stale_texts([instance])[instance]
    settled, behind = [], []
    for field, (was, now) in changes.items():
        changed = [code for code in CODES if was[code] != now[code]]
        settled += [(field, code) for code in changed]
        if len(changed) == 1:
            mine, theirs = changed[0], other(changed[0])
            if (field, theirs) in known and tidy(known[field, theirs].other_was) == now[mine]:
                settled.append((field, theirs))
            # What was stale or missing itself has caught up; the other need not follow it.
            elif (field, mine) not in known and was[mine] and now[theirs]:
                behind.append((field, theirs, was[mine]))
    _write(instance, [known[text].pk for text in settled if text in known], behind)


def _write(record, settled, behind):
    kind = ContentType.objects.get_for_model(record)
    rows = [
        StaleText(model=kind, record_id=record.pk, field=field, language=code, other_was=was)
        for field, code, was in behind
    ]
    with transaction.atomic():
        StaleText.objects.filter(pk__in=settled).delete()
        # Where a row is there already, it knows the older text.
        StaleText.objects.bulk_create(rows, ignore_conflicts=True)


def _by_language(values, field):
    return {code: tidy(values[column(field, code)]) for code in CODES}
