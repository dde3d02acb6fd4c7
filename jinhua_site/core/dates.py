"""Dates that may be known to the day, to the month or only to the year.

A partial date is stored in ISO 8601 format, as precisely as it is known: `2018`,
`2018-06` or `2018-06-30`. As text, these sort chronologically.
"""

import calendar
import datetime
import re

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Substr
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

WRITTEN = re.compile(r"([1-9][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


class PartialDate(str):
    """A date as precise as it is known. Raise `ValueError` for any other text."""

    __slots__ = ()

    def __new__(cls, written):
        match = WRITTEN.fullmatch(written)
        if not match:
            raise ValueError(written)
        year, month, day = (int(part or 1) for part in match.groups())
        datetime.date(year, month, day)
        return super().__new__(cls, written)

    @property
    def first_day(self):
        year, month, day = [*map(int, self.split("-")), 1, 1][:3]
        return datetime.date(year, month, day)

    @property
    def last_day(self):
        day = self.first_day
        if len(self) == len("2018-06-30"):
            return day
        month = day.month if len(self) == len("2018-06") else 12
        return day.replace(month=month, day=calendar.monthrange(day.year, month)[1])

    def readable(self):
        """The date as the active language writes it, no more precise than it is known."""
        if len(self) == len("2018"):
            return gettext("{year}").format(year=self)
        is_month = len(self) == len("2018-06")
        return date_format(self.first_day, "YEAR_MONTH_FORMAT" if is_month else "DATE_FORMAT")


def readable_date(date):
    """A date of any precision as the active language writes it: 22 November 2026."""
    return date.readable() if isinstance(date, PartialDate) else date_format(date, "DATE_FORMAT")


def clean_partial_date(value):
    """Return `value` as a `PartialDate`, or raise `ValidationError` with a message."""
    try:
        return PartialDate(value)
    except ValueError:
        printable = "".join(filter(str.isprintable, value))
        raise ValidationError(
            _("“%(value)s” is not a date. Write 2018, 2018-06 or 2018-06-30."),
            code="partial_date",
            params={"value": Truncator(printable).chars(30)},
        ) from None


def validate_begun(value):
    """Refuse a year, a month or a day that has not begun: nothing can have happened in it.

    `value` may be a partial date, a date or the number of a year. The rule depends on today's
    date, so it cannot be a constraint of the database.
    """
    today = timezone.localdate()
    begins = [int(part) for part in re.findall("[0-9]+", str(value))]
    if begins > [today.year, today.month, today.day]:
        raise ValidationError(
            _("“%(value)s” has not come yet. Is it a slip of the year?"),
            code="not_begun",
            params={"value": value},
        )


def requested_day(request):
    """Return the day that `?as_of=` asks for, or None without it.

    A year or a month stands for its last day, or for today if it is not over. Raise
    `BadRequest` with a message for a date that is invalid or in the future.
    """
    text = request.GET.get("as_of", "").strip()
    if not text:
        return None
    try:
        date = clean_partial_date(text)
    except ValidationError as error:
        raise BadRequest(error.messages[0]) from None
    if date.first_day > timezone.localdate():
        raise BadRequest(gettext("{date} has not come yet.").format(date=date.readable()))
    return min(date.last_day, timezone.localdate())


class PartialDateFormField(forms.CharField):
    def clean(self, value):
        value = super().clean(value)
        return clean_partial_date(value) if value else value


class PartialDateField(models.CharField):
    """A column for a `PartialDate`; empty text when it is not known."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"max_length": 10})

    def from_db_value(self, value, expression, connection):
        return PartialDate(value) if value else value

    def to_python(self, value):
        return clean_partial_date(str(value)) if value else value

    def get_prep_value(self, value):
        return value if value is None else str(value)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": PartialDateFormField} | kwargs)


def months_before(day, months):
    """Return the same day `months` earlier, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < datetime.MINYEAR:
        return datetime.date.min
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def begun_by(field, day):
    """Select the records whose `field`, a partial date, has begun by `day`."""
    return Q(**{f"{field}__gt": "", f"{field}__lte": day.isoformat()})


def over_by(field, day):
    """Select the records whose `field`, a partial date, ended before `day`.

    On 22 November 2026 the year 2026 is not over, although its text sorts before that day's.
    """
    text = day.isoformat()
    under_way = Q(**{f"{field}__in": [text[:4], text[:7]]})
    return Q(**{f"{field}__gt": "", f"{field}__lt": text}) & ~under_way


def in_order(earlier, later):
    """The rule that the partial date `later` is not before `earlier`, where both are known."""
    as_precise = Substr(earlier, 1, Length(later))
    return Q(**{later: ""}) | Q(**{earlier: ""}) | Q(**{f"{later}__gte": as_precise})
