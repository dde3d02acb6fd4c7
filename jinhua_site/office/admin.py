"""The list of proposals, and the page on which they are reviewed."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.roles import name_of
from jinhua_site.core.grammar import paragraph
from jinhua_site.core.languages import CODES

from .choices import is_key
from .models import Proposal
from .proposals import compare
from .proposals.forms import all_or_nothing
from .proposals.options import Options
from .proposals.propose import announce, what_stays_hidden
from .proposals.review import Review

DECIDED = {
    "return": _("Returned with your comment."),
    "withdraw": _("Withdrawn; nothing of it is public."),
}


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

    @admin.display(description=_("proposed by"), ordering="author__last_name")
    def by(self, proposal):
        return name_of(proposal.author)

    @admin.display(description=_("reviewed by"), ordering="reviewer__last_name")
    def reviewed_by(self, proposal):
        return proposal.reviewer and name_of(proposal.reviewer)

    def has_view_permission(self, request, obj=None):
        return (obj and obj.author == request.user) or super().has_view_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return False

    has_add_permission = has_delete_permission = has_change_permission

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
            "options": Options(request, proposal),
            "kind": review.model_admin.opts,
            "changes": compare.side_by_side(review),
            "may_decide": proposal.is_open and proposal.may(request.user, "approve"),
        }
        return render(request, "admin/proposal.html", context)

    def _decide(self, request, review):
        proposal, decision = review.proposal, request.POST.get("decision", "")
        if request.POST.get("_preview") in CODES and review.may_edit:
            return review.model_admin.preview(request, *review.form_data)
        is_offered = decision in ("approve", "return", "withdraw")
        if not (is_offered and proposal.may(request.user, decision)):
            raise PermissionDenied
        if not proposal.is_open:
            messages.warning(request, _("This was decided already."))
            return redirect(request.path)
        options = Options(request, proposal)
        answer = options.values["answer"]
        if decision == "return" and not answer:
            return self._ask_again(request, review, _("Say in a word what is to be changed."))
        answer = answer or proposal.answer
        if decision == "approve":
            return self._approve(request, review, options, answer)
        proposal.decide(decision, request.user, due=None, answer=answer)
        messages.success(request, DECIDED[decision])
        return redirect("admin:office_proposal_changelist")

    def _approve(self, request, review, options, answer):
        proposal = review.proposal
        if not options.are_usable():
            return self._page(request, review)
        if review.clashes:
            message = _("The record has changed meanwhile in the same fields: choose, then save.")
            messages.warning(request, message)
            Proposal.objects.filter(pk=proposal.pk).update(answer=answer)
            return redirect(review.form_address)
        if review.errors:
            message = _("This cannot be published yet: %(faults)s")
            return self._ask_again(request, review, message % {"faults": paragraph(review.errors)})
        if due := options.values["due"]:
            proposal.decide("schedule", request.user, due=due, answer=answer)
            announce(request, proposal)
            return redirect(request.path)
        saved = review.carry_out(answer=answer)
        if review.model_admin.is_public(saved):
            visible = paragraph([str(_("The public sees it now.")), what_stays_hidden(proposal)])
        else:
            visible = what_stays_hidden(proposal) or _(
                "The public does not see it: it is not marked public, or what it belongs to is not."
            )
        messages.success(request, paragraph([str(_("Approved.")), str(visible)]))
        return redirect("admin:office_proposal_changelist")

    def _ask_again(self, request, review, message):
        messages.error(request, message)
        return self._page(request, review)
