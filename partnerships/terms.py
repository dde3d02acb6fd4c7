"""The public wording of an agreement's term: what is on record, and no more."""

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinhua_site.core.grammar import is_chinese
from jinhua_site.web.templatetags.site import as_time

from .models.agreement_state import Term

STATED = {
    Term.LATER: _("In effect from {date}."),
    Term.RUNS: _("Its stated term runs to {date}."),
    Term.ENDED: _("Its stated term ended: {date}."),
    Term.UNSTATED: _("No end date is stated. On record since {date}."),
    Term.TERMINATED: _("Terminated: {date}."),
}
# For agreements with no renewal on record.
LEFT_OPEN = STATED | {
    Term.ENDED: _("Its stated term ended: {date}; no renewal is on record here."),
    Term.UNSTATED: _(
        "No end date is stated. On record since {date}; the college has not confirmed that it "
        "is still in force."
    ),
}


def in_words(agreement):
    """Describe an agreement's term; needs an agreement loaded `with_term()`."""
    carries_on = _carries_on(agreement)
    patterns = STATED if carries_on or agreement.renewed else LEFT_OPEN
    stated = format_html(patterns[agreement.term], date=as_time(_date(agreement)))
    sentences = [(sentence,) for sentence in (stated, carries_on) if sentence]
    return format_html_join("" if is_chinese() else " ", "{}", sentences)


def _carries_on(agreement):
    """Name its renewal, or say that it renews itself; empty if neither is on record."""
    if agreement.renewal_slug:
        address = f"{agreement.partner.get_absolute_url()}#{agreement.renewal_slug}"
        link = format_html('<a href="{}">{}</a>', address, as_time(agreement.renewal_date))
        return format_html(gettext("Followed by the agreement of {date}."), date=link)
    if agreement.auto_renews and not agreement.terminated:
        return gettext("It renews itself unless one side gives notice.")
    return ""


def _date(agreement):
    """Return the date that describes its term."""
    signed, starts = agreement.signed, agreement.starts
    return {
        Term.LATER: starts or signed,
        Term.UNSTATED: signed or starts,
        Term.TERMINATED: agreement.terminated,
    }.get(agreement.term, agreement.terminated or agreement.ends)
