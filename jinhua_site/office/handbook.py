"""The handbook for staff, with the admin's own words and pictures of it."""

from django.contrib import admin
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.roles import ROLES
from jinhua_site.content.models import Status

from .models import Proposal

# Each chapter has a template.
CHAPTERS = {
    "signing_in": _("Sign in"),
    "texts": _("Change a text"),
    "reviewing": _("Review and publish"),
    "figures": _("Enter a new figure"),
    "languages": _("Keep both languages in step"),
    "colleagues": _("When two work at once"),
    "history": _("Look back, restore, bring back"),
    "spreadsheets": _("Work in a spreadsheet"),
    "agreements": _("Keep the register of agreements"),
    "help": _("Whom to ask"),
}

# Buttons, links, headings and fields by their msgids, so that the handbook and the
# admin use the same words.
WORDS = {
    "dashboard": _("Dashboard"),
    "your_sign_in": _("Your sign-in"),
    "all_content": _("All content"),
    "status": _("status"),
    "save": _("Save"),
    "propose": _("Propose"),
    "reviewer_note": _("What the reviewer should know"),
    "duplicate": _("Duplicate"),
    "yours_open": _("Your open proposals"),
    "edit": _("Edit"),
    "withdraw": _("Withdraw"),
    "waiting": _("Proposals waiting for your review"),
    "approve": _("Approve and publish"),
    "send_back": _("Return with the comment"),
    "comment": _("Comment for the author"),
    "takes_effect": _("Takes effect on"),
    "archived_on": _("Archived on"),
    "on_a_date": _("On a date"),
    "facts": _("facts"),
    "new_figure": _("New figure"),
    "last_figures": _("The last figures"),
    "qualifier": _("qualifier"),
    "number": _("number"),
    "reads": _("will read"),
    "as_of": _("as of"),
    "date_inferred": _("date inferred"),
    "source": _("source"),
    "facts_due": _("Facts due for review"),
    "fact_checked": _("Looked at today: still correct"),
    "partners_due": _("Partners not verified for a year"),
    "partner_checked": _("Verified today"),
    "missing": _("Missing"),
    "stale": _("Stale"),
    "still_correct": _("Still correct"),
    "lacking": _("Records that lack a translation"),
    "out_of_date": _("Records whose translation may be out of date"),
    "as_found": _("As you found it"),
    "theirs": _("Theirs"),
    "ours": _("Yours"),
    "restore": _("Restore this version"),
    "deleted": _("Deleted"),
    "bring_back": _("Bring back"),
    "sheet_export": pgettext_lazy("spreadsheet", "Export"),
    "sheet_import": pgettext_lazy("spreadsheet", "Import"),
    "workbook": _("Excel workbook (.xlsx)"),
    "try_out": _("See what would change"),
    "state": _("state"),
    "renews": _("renews"),
    "public": _("public"),
    "make_address": _("Make an address"),
    "new_address": _("New address"),
}
# The same, with texts that Django translates itself.
DJANGO_WORDS = {"change_password": "Change password", "log_out": "Log out", "history": "History"}
STATES = {
    "draft": Status.DRAFT.label,
    "published": Status.PUBLISHED.label,
    "archived": Status.ARCHIVED.label,
    "returned": Proposal.State.RETURNED.label,
}


# Screenshots by `make handbook`, in each language, and their captions.
PICTURES = {
    "dashboard": _("The dashboard: each number has the name of what waits beside it."),
    "form": _("The end of a form: a note for the reviewer, and the buttons."),
    "review": _("A proposal: the text as it is now beside the text proposed."),
    "figure": _("A number with its qualifier, and how it will read in both languages."),
    "translation": _("Beside the English text: what has changed in the Chinese since."),
    "clash": _("For each field the choice between a colleague’s text and one’s own."),
    "import": _("What an import would change, before it is written."),
}


def handbook(request):
    """Show what a colleague has to know, on four printed pages at most."""
    words = WORDS | {name: gettext(word) for name, word in DJANGO_WORDS.items()}
    context = {name: _in_bold(capfirst(str(word))) for name, word in words.items()}
    context |= {name: _in_bold(word) for name, word in STATES.items()}
    for name, language in {"preview_en": "English", "preview_zh": "简体中文"}.items():
        context[name] = _in_bold(gettext("Preview: %(name)s") % {"name": language})
    context |= admin.site.each_context(request) | {
        "title": gettext("Handbook for staff"),
        "chapters": {f"admin/handbook/{key}.html": name for key, name in CHAPTERS.items()},
        "pictures": {
            name: {"address": static(f"handbook/{get_language()}/{name}.webp"), "caption": caption}
            for name, caption in PICTURES.items()
        },
        "roles": ROLES.values(),
    }
    return render(request, "admin/handbook.html", context)


def _in_bold(word):
    return format_html("<b>{}</b>", str(word).rstrip(":："))
