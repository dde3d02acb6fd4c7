"""The list of proposals, and the page on which they are reviewed."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models.functions import Concat
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.colleagues import name_of
from jinhua_site.core.grammar import paragraph
from jinhua_site.core.languages import CODES
from jinhua_site.office.choices import is_key
from jinhua_site.office.models import Proposal

from . import compare, form_options
from .forms import all_or_nothing
from .propose import announce, form_of
from .review import Review
from .visibility import what_the_public_sees

DECIDED = {
    "return": _("Returned with your comment."),
    "withdraw": _("Withdrawn; nothing of it is public."),
}


def _by_name(user):
    return Concat(*(f"{user}__{part}" for part in ("last_name", "first_name", "username")))


class MineFilter(admin.SimpleListFilter):
    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request, model_admin):
        return [("mine", _("my open ones")), ("open", _("open ones"))]

    def queryset(self, request, queryset):
        if self.value() == "mine":
            queryset = queryset.filter(author=request.user)
        return queryset.filter(state__in=Proposal.OPEN) if self.value() else queryset


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
        """Show the proposal side by side with the record, and take the decision."""
        if request.method == "POST":
            with all_or_nothing(request):
                return self._decide(request, self._review(request, object_id, lock=True))
        return self._page(request, self._review(request, object_id))

    def _review(self, request, object_id, lock=False):
        """Return a proposal's review; lock the record first, as when a form is sent."""
        proposals = Proposal.objects.select_related("model", "author", "reviewer")
        number = int(object_id) if is_key(object_id) else None
        review = Review(get_object_or_404(proposals, pk=number), request, lock)
        may_view = review.model_admin.has_view_permission(request)
        if not (may_view and self.has_view_permission(request, review.proposal)):
            raise PermissionDenied
        if lock:
            locked = proposals.select_for_update(of=("self",))
            review.proposal = get_object_or_404(locked, pk=number)
        return review

    def _page(self, request, review):
        proposal = review.proposal
        context = {
            **self.admin_site.each_context(request),
            "title": _("Proposal: %(record)s") % {"record": proposal},
            "opts": self.opts,
            "proposal": proposal,
            "review": review,
            "typed": {
                "due": request.POST.get("_due", form_options.local(proposal.due)),
                "answer": request.POST.get("answer", ""),
            },
            "kind": review.model_admin.opts,
            "parts": compare.side_by_side(review),
            "form_address": _form_of(review),
            "may_decide": proposal.is_open and proposal.may(request.user, "approve"),
        }
        return render(request, "admin/proposal.html", context)

    # Decisions

    def _decide(self, request, review):
        proposal, decision = review.proposal, request.POST.get("decision", "")
        if request.POST.get("_preview") in CODES:
            return self._preview(request, review)
        is_offered = decision in ("approve", "return", "withdraw")
        if not (is_offered and proposal.may(request.user, decision)):
            raise PermissionDenied
        if not proposal.is_open:
            messages.warning(request, _("This was decided already."))
            return redirect(request.path)
        comment = form_options.remark(request, "answer")
        if decision == "return" and not comment:
            return self._ask_again(request, review, _("Say in a word what is to be changed."))
        proposal.answer = comment or proposal.answer
        if decision == "approve":
            return self._approve(request, review)
        proposal.decide(decision, request.user, due=None)
        messages.success(request, DECIDED[decision])
        return redirect("admin:office_proposal_changelist")

    def _approve(self, request, review):
        proposal = review.proposal
        try:
            due, _until = form_options.dates(request, proposal.until)
        except ValidationError as error:
            return self._ask_again(request, review, error.message)
        if review.clashes:
            message = _("The record has changed meanwhile in the same fields: choose, then save.")
            messages.warning(request, message)
            proposal.save(update_fields=["answer"])
            return HttpResponseRedirect(_form_of(review))
        if review.errors:
            message = _("This cannot be published yet: %(faults)s")
            message %= {"faults": paragraph(review.errors)}
            return self._ask_again(request, review, message)
        if due:
            proposal.decide("schedule", request.user, due=due)
            announce(request, proposal)
            return redirect(request.path)
        saved = review.carry_out()
        is_seen = review.model_admin.is_public(saved)
        visible = what_the_public_sees(proposal, saved, is_seen)
        messages.success(request, paragraph([str(_("Approved.")), visible]))
        return redirect("admin:office_proposal_changelist")

    def _ask_again(self, request, review, message):
        messages.error(request, message)
        review.proposal.refresh_from_db(fields=["answer"])  # keeps the comment in its field
        return self._page(request, review)

    def _preview(self, request, review):
        if not review.may_edit:
            raise PermissionDenied
        number, whole = review.proposal.record_id, review.rebased.whole
        code = request.POST["_preview"]
        return review.model_admin.preview(request, number, whole, review.files, code)


def _form_of(review):
    """Return the address of the record's form, filled in with the proposal."""
    address = form_of(review.model_admin.model, review.record)
    return f"{address}?proposal={review.proposal.pk}"
