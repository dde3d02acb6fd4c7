"""Proposals, and the page on which they are reviewed."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models.functions import Concat
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.colleagues import name_of
from jinhua_site.accounts.roles import may_publish
from jinhua_site.content import uploads
from jinhua_site.content.dry_run import rehearsal
from jinhua_site.core.grammar import paragraph
from jinhua_site.core.languages import CODES
from jinhua_site.office.choices import is_key
from jinhua_site.office.models import Proposal

from . import compare, form_options, propose
from .form_data import merge
from .replay import Unheard, faults, send, standing

State = Proposal.State


def _by_name(user):
    return Concat(*(f"{user}__{part}" for part in ("last_name", "first_name", "username")))


class MineFilter(admin.SimpleListFilter):
    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request, model_admin):
        return [("mine", _("my open ones")), ("open", _("open ones"))]

    def queryset(self, request, queryset):
        if self.value() == "mine":
            return queryset.filter(author=request.user, state__in=Proposal.OPEN)
        if self.value() == "open":
            return queryset.filter(state__in=Proposal.OPEN)
        return queryset


class AuthorFilter(admin.RelatedFieldListFilter):
    def field_choices(self, field, request, model_admin):
        users = field.related_model.objects.filter(pk__in=Proposal.objects.values("author"))
        users = users.order_by("last_name", "first_name", "username")
        return [(user.pk, name_of(user)) for user in users]


@admin.register(Proposal)
class ProposalAdmin(admin.ModelAdmin):
    list_display = ["record_name", "model", "state", "by", "made", "reviewed_by", "due"]
    list_filter = [
        "state",
        MineFilter,
        ("model", admin.RelatedOnlyFieldListFilter),
        ("author", AuthorFilter),
    ]
    list_select_related = ["model", "author", "reviewer"]
    search_fields = ["record_name", "note", "answer"]

    @admin.display(description=_("proposed by"), ordering=_by_name("author"))
    def by(self, proposal):
        return name_of(proposal.author)

    @admin.display(description=_("reviewed by"), ordering=_by_name("reviewer"))
    def reviewed_by(self, proposal):
        return proposal.reviewer and name_of(proposal.reviewer)

    def has_add_permission(self, request):
        return False

    def has_view_permission(self, request, obj=None):
        return (obj and obj.author == request.user) or super().has_view_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The proposal side by side with what stands there now; where it is decided."""
        number = int(object_id) if is_key(object_id) else None
        found = Proposal.objects.select_related("model", "author", "reviewer")
        if request.method == "POST":
            try:
                with uploads.together():
                    return self._decide(request, *self._locked(request, found, number))
            except uploads.STORAGE_ERRORS as error:
                if not uploads.means_that_the_disk_is_full(error):
                    raise
            messages.error(request, uploads.disk_is_full())
        proposal = get_object_or_404(found, pk=number)
        self._refuse_strangers(request, proposal)
        return self._page(request, proposal)

    def _locked(self, request, found, number):
        """The proposal and its record, which is locked first, as it is where a form is sent."""
        proposal = get_object_or_404(found, pk=number)
        self._refuse_strangers(request, proposal)
        record = propose.record_of(proposal, request, lock=True)
        return get_object_or_404(found.select_for_update(of=("self",)), pk=number), record

    def _page(self, request, proposal):
        model_admin = propose.model_admin_of(proposal)
        record = propose.record_of(proposal, request)
        before, after, both = proposal.base, proposal.wanted, []
        if proposal.is_open and not propose.is_orphan(proposal, record):
            before = standing(model_admin, request, record)
            merged = merge(proposal.base, proposal.wanted, before)
            after, both = merged.whole, merged.both
        context = {
            **self.admin_site.each_context(request),
            "title": _("Proposal: %(record)s") % {"record": proposal},
            "opts": self.opts,
            "proposal": proposal,
            "typed": {
                "due": request.POST.get("_due", form_options.local(proposal.due)),
                "answer": request.POST.get("answer", ""),
            },
            "kind": model_admin.opts,
            "record": record,
            "is_orphan": propose.is_orphan(proposal, record),
            "parts": compare.side_by_side(model_admin, request, record, before, after),
            "both": both,
            "lacking": self._lacking(request, proposal, record, after),
            "form_address": _form_address(proposal, record),
            "may_decide": proposal.is_open and may_publish(request.user),
            "may_edit": proposal.is_open and self._may_edit(request, proposal, record),
        }
        return render(request, "admin/proposal.html", context)

    def _refuse_strangers(self, request, proposal):
        kind = propose.model_admin_of(proposal)
        if not (self.has_view_permission(request, proposal) and kind.has_view_permission(request)):
            raise PermissionDenied

    def _may_edit(self, request, proposal, record):
        model_admin = propose.model_admin_of(proposal)
        theirs = may_publish(request.user) or proposal.author == request.user
        if record:
            return theirs and model_admin.has_change_permission(request, record)
        return theirs and model_admin.has_add_permission(request)

    def _lacking(self, request, proposal, record, after):
        """What is missing before the proposal can be carried out."""
        if not (proposal.is_open and self._may_edit(request, proposal, record)):
            return []
        if propose.is_orphan(proposal, record):
            return []
        files, quiet = propose.files_of(proposal), {"_messages": Unheard(request)}
        with rehearsal():
            model_admin = propose.model_admin_of(proposal)
            _sent, response = send(model_admin, request, proposal.record_id, after, files, **quiet)
            return faults(response)

    # What is decided

    def _decide(self, request, proposal, record):
        decision = request.POST.get("decision", "")
        decisions = {"approve": self._approve, "return": self._return, "withdraw": self._withdraw}
        if request.POST.get("_preview") in CODES:
            return self._preview(request, proposal, record)
        allowed = may_publish(request.user)
        if decision == "withdraw":
            allowed = allowed or proposal.author == request.user
        if not allowed or decision not in decisions:
            raise PermissionDenied
        if not proposal.is_open:
            messages.warning(request, _("This was decided already."))
            return redirect(request.path)
        proposal.answer = form_options.remark(request, "answer") or proposal.answer
        return decisions[decision](request, proposal, record)

    def _approve(self, request, proposal, record):
        try:
            due, _until = form_options.dates(request, proposal.until)
        except ValidationError as wrong:
            return self._ask_again(request, proposal, wrong.message)
        if due:
            self._decided(request, proposal, State.SCHEDULED, due)
            propose.tell(request, proposal, [])
            return redirect(request.path)
        try:
            lacking = propose.carry_out(proposal, request)
        except propose.ClashError:
            told = _("The record has changed meanwhile in the same fields: choose, then save.")
            messages.warning(request, told)
            proposal.save(update_fields=["answer"])
            return HttpResponseRedirect(_form_address(proposal, record))
        if lacking:
            told = _("This cannot be published yet: %(faults)s")
            told %= {"faults": paragraph(map(str, lacking))}
            return self._ask_again(request, proposal, told)
        saved = propose.record_of(proposal, request)
        told = [str(_("Approved.")), propose.what_the_public_sees(proposal, saved)]
        messages.success(request, paragraph(told))
        return redirect("admin:office_proposal_changelist")

    def _ask_again(self, request, proposal, told):
        messages.error(request, told)
        proposal.refresh_from_db(fields=["answer"])  # the comment stays in its field
        return self._page(request, proposal)

    def _return(self, request, proposal, record):
        if not form_options.remark(request, "answer"):
            told = _("Say in a word what is to be changed.")
            return self._ask_again(request, proposal, told)
        self._decided(request, proposal, State.RETURNED)
        messages.success(request, _("Returned with your comment."))
        return redirect("admin:office_proposal_changelist")

    def _withdraw(self, request, proposal, record):
        self._decided(request, proposal, State.WITHDRAWN)
        messages.success(request, _("Withdrawn; nothing of it is public."))
        return redirect("admin:office_proposal_changelist")

    def _decided(self, request, proposal, state, due=None):
        proposal.state, proposal.due = state, due
        proposal.reviewer, proposal.decided = request.user, timezone.now()
        proposal.save()

    def _preview(self, request, proposal, record):
        model_admin = propose.model_admin_of(proposal)
        if not self._may_edit(request, proposal, record):
            raise PermissionDenied
        merged = propose.on_top(proposal, request, record)
        files, code = propose.files_of(proposal), request.POST["_preview"]
        return model_admin.preview(request, proposal.record_id, merged.whole, files, code)


def _form_address(proposal, record):
    """The form of the record, filled in with the proposal."""
    opts = proposal.model.model_class()._meta
    page, names = ("change", [record.pk]) if record else ("add", [])
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=names)
    return f"{address}?proposal={proposal.pk}"
