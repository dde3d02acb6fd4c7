"""What a form sends besides the fields of its record: dates, remarks and its base."""

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.roles import may_publish
from jinhua_site.core.grammar import paragraph

from .replay import errors_in

TAKE = "_take-"


def remark(label):
    widget = forms.Textarea({"rows": 2, "class": "vLargeTextField short"})
    return forms.CharField(label=label, required=False, widget=widget)


def date(label):
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget)


class Options(forms.Form):
    """The dates of a proposal, which only a publisher chooses, and the remarks on it."""

    due = date(_("Takes effect on"))
    until = date(_("Archived on"))
    note = remark(_("What the reviewer should know"))
    answer = remark(_("Comment for the author"))

    def __init__(self, request, proposal=None):
        initial = {"until": request.GET.get("_until")}
        if proposal:
            initial = {name: getattr(proposal, name) for name in ("due", "until", "note")}
        is_sent = any(self.add_prefix(name) in request.POST for name in self.base_fields)
        super().__init__(request.POST if is_sent else None, initial=initial, auto_id="id%s")
        self.request, self.has_passed = request, False
        if not may_publish(request.user):
            del self.fields["due"], self.fields["until"]

    def add_prefix(self, field_name):
        return f"_{field_name}"

    def clean(self):
        data, now = self.cleaned_data, timezone.now()
        due, until = data.get("due"), data.get("until")
        if until and until <= now:
            raise ValidationError(_("The date on which it is to be archived has passed."))
        if until and due and until <= due:
            raise ValidationError(_("It cannot be archived before it takes effect."))
        if due and due <= now:
            data["due"], self.has_passed = None, True

    @property
    def values(self):
        """Return what can be used of it; empty where nothing is sent, or something wrong."""
        empty = {"due": None, "until": None, "note": "", "answer": ""}
        self.full_clean()
        return empty | getattr(self, "cleaned_data", {})

    def are_usable(self):
        """Return whether there is no error; tell the user of those that there are."""
        if self.errors:
            messages.error(self.request, paragraph(errors_in(self)))
        elif self.has_passed:
            messages.warning(self.request, _("The date has passed: that means at once."))
        return not self.errors


def sign(data):
    """Return form data as a page sends it back."""
    return signing.dumps(data, salt=TAKE, compress=True)


def signed(text):
    """Return form data that a page sent back; empty if the site did not write it."""
    try:
        return signing.loads(text, salt=TAKE)
    except signing.BadSignature:
        return {}


def chosen(request, current):
    """Return the values that the user chose in a clash, in place of those sent."""
    data = {}
    for name, written in request.POST.items():
        if name.startswith(TAKE):
            data |= signed(written)
    return {key: values for key, values in data.items() if key in current}
