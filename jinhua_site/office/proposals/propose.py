"""Keeping a submission as a proposal, and carrying one out."""

from functools import partial

from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jinhua_site.accounts.roles import may_publish
from jinhua_site.content.history import because
from jinhua_site.content.models import Publishable, Status
from jinhua_site.content.uploads import was_refused
from jinhua_site.core.grammar import paragraph
from jinhua_site.office.choices import is_key
from jinhua_site.office.models import Proposal, ProposedFile

from . import form_options
from .form_data import merge, name_of, row_of
from .replay import Unheard, faults, send, standing


class ClashError(Exception):
    """A proposal and a later change of the record have the same field in different words."""


def is_public(record):
    """Whether the public may see a record: published, or of a kind that has no drafts."""
    return not isinstance(record, Publishable) or record.status == Status.PUBLISHED


def publishes(submission, before=None):
    """The keys of what a submission makes public that is not public `before`."""
    return [
        key
        for key, values in submission.items()
        if name_of(key) == "status"
        and values[-1:] == [Status.PUBLISHED]  # the last is what the form takes
        and (before or {}).get(key) != values[-1:]
    ]


def as_draft(submission, before=None):
    return submission | {key: [Status.DRAFT.value] for key in publishes(submission, before)}


@transaction.atomic
def keep(
    request, record, model, base, wanted, files, lacking=False, due=None, until=None, approved=False
):
    """A proposal by whoever asks, of what `record`, or a new one of `model`, should be.

    An earlier one of theirs that the form was filled in with is brought up to date. It
    is to take effect at `due`, by itself where it is `approved`, and to be archived at `until`.
    """
    proposal = named_in(request, model, record and record.pk, lock=True)
    if not proposal or proposal.author != request.user:
        proposal = Proposal(author=request.user)
    proposal.model = ContentType.objects.get_for_model(model)
    proposal.record_id, proposal.record_name = record and record.pk, _name(record, wanted)
    proposal.base, proposal.wanted, proposal.due = base, wanted, due
    proposal.until = until
    proposal.note = form_options.remark(request, "_note")
    proposal.state = Proposal.State.UNFINISHED if lacking else Proposal.State.WAITING
    if approved and not lacking:
        proposal.state = Proposal.State.SCHEDULED
        proposal.reviewer, proposal.decided = request.user, timezone.now()
    files = {
        key: (file.name, file.content_type, _content(file))
        for key, file in files.items()
        if not was_refused(file)
    }
    proposal.save()
    forget_files(proposal)
    for key, (name, content_type, content) in files.items():
        ProposedFile.objects.create(
            proposal=proposal,
            field=key,
            name=name[-255:],
            content_type=(content_type or "")[:100],
            file=content,
        )
    return proposal


def tell(request, proposal, lacking):
    """Say what has become of what somebody sent."""
    if lacking:
        told = _("Kept as an unfinished proposal. Before it can be reviewed: %(faults)s")
        messages.warning(request, told % {"faults": paragraph(lacking)})
    elif proposal.state == Proposal.State.SCHEDULED:
        told = _("Approved; it takes effect by itself on its date.")
        messages.success(request, paragraph([told, what_the_public_will_see(proposal)]))
    else:
        told = _("Proposed. Nothing changes for the public until a publisher approves.")
        messages.success(request, paragraph([told, what_the_public_will_see(proposal)]))


def named_in(request, model, record_id, lock=False):
    """The open proposal that the form's address names, if it is about this record."""
    number = request.GET.get("proposal", "")
    if not is_key(number):
        return None
    kind = ContentType.objects.get_for_model(model)
    record_id = int(record_id) if is_key(record_id) else None
    proposals = Proposal.objects.select_for_update() if lock else Proposal.objects
    return proposals.filter(
        pk=int(number), model=kind, record_id=record_id, state__in=Proposal.OPEN
    ).first()


def settle(request, model, saved):
    """Close the proposal that the form was filled in with: a publisher has saved it.

    Where its own author has saved it, as a draft, nothing is left to be reviewed.
    """
    number = request.GET.get("proposal", "")
    kind = ContentType.objects.get_for_model(model)
    found = Proposal.objects.filter(
        pk=int(number) if is_key(number) else None, model=kind, state__in=Proposal.OPEN
    )
    allowed = may_publish(request.user)
    if not allowed:
        found = found.filter(author=request.user)
    found.filter(Q(record_id=saved.pk) | Q(record_id=None)).update(
        state=Proposal.State.DONE if allowed else Proposal.State.WITHDRAWN,
        record_id=saved.pk,
        reviewer=request.user,
        decided=timezone.now(),
    )


def model_admin_of(proposal):
    return admin.site.get_model_admin(proposal.model.model_class())


def record_of(proposal, request, lock=False):
    """The record that a proposal changes; none when it is new or gone."""
    model_admin = model_admin_of(proposal)
    find = model_admin.locked if lock else model_admin.get_object
    return proposal.record_id and find(request, str(proposal.record_id))


def is_orphan(proposal, record):
    """Whether the record that it changes was deleted."""
    return bool(proposal.record_id) and not record


def on_top(proposal, request, record):
    """The proposal on top of what stands there now: see `submissions.merge`."""
    return merge(
        proposal.base, proposal.wanted, standing(model_admin_of(proposal), request, record)
    )


def files_of(proposal):
    """The files that came with a proposal, as a browser would send them."""
    files = {}
    for each in proposal.files.all():
        with each.file.open() as file:
            files[each.field] = SimpleUploadedFile(each.name, file.read(), each.content_type)
    return files


@transaction.atomic
def carry_out(proposal, request):
    """Save what is proposed as `request.user`; what keeps it from being saved, if anything.

    Raises `ClashError` when the record has changed since in the same fields.
    """
    record = record_of(proposal, request, lock=True)
    if is_orphan(proposal, record):
        return [_("The record was deleted meanwhile.")]
    merged = on_top(proposal, request, record)
    if record and merged.both:
        raise ClashError
    with because(f"proposal {proposal.pk}", request.user):
        sent, response = send(
            model_admin_of(proposal),
            request,
            proposal.record_id,
            merged.whole,
            files_of(proposal),
            _messages=Unheard(request),
        )
    found = faults(response)
    if not found:
        proposal.record_id = sent.saved.pk
        proposal.state, proposal.decided = Proposal.State.DONE, timezone.now()
        proposal.reviewer = request.user
        proposal.save()
        if proposal.until:
            model_admin_of(proposal).archive_on(request, sent.saved, proposal.until)
    return found


def forget_files(proposal):
    """Take away the files that came with an earlier version of a proposal."""
    for each in proposal.files.all():
        transaction.on_commit(partial(each.file.storage.delete, each.file.name))
    proposal.files.all().delete()


def _content(file):
    file.seek(0)
    return ContentFile(file.read(), name="file")


def _name(record, wanted):
    """What a record is called, or will be."""
    named = (
        values[0]
        for key, values in wanted.items()
        if values
        and not row_of(key)
        and key.partition("_")[0] in ("name", "title", "label", "text")
    )
    return str(record or next(named, _("new")))[:250]


def is_seen(record):
    """Whether the public sees a record now, as it stands in the database."""
    rows = type(record)._default_manager
    return not hasattr(rows, "published") or rows.published().filter(pk=record.pk).exists()


def what_the_public_sees(proposal, record):
    """The end of a message on a proposal that was carried out, from what is public now."""
    if is_seen(record):
        return paragraph([_("The public sees it now."), _drafts_within(proposal)])
    if isinstance(record, Publishable) and record.status != Status.PUBLISHED:
        status = {"status": record.get_status_display()}
        return _("Its status is “%(status)s”: the public does not see it.") % status
    return _("The public does not see it: it is not marked public, or what it belongs to is not.")


def what_the_public_will_see(proposal):
    """The end of a message on what waits; empty where all of it is to be public."""
    status = proposal.wanted.get("status", [Status.PUBLISHED])[-1]
    if status == Status.PUBLISHED:
        return _drafts_within(proposal)
    told = _("Its status is then “%(status)s”: the public does not see it.")
    return told % {"status": Status(status).label}


def _drafts_within(proposal):
    """A sentence on the parts of a record that are proposed as drafts, if there are any."""
    drafts = [
        key
        for key, values in proposal.wanted.items()
        if row_of(key)
        and name_of(key) == "status"
        and values[-1:] != [Status.PUBLISHED]
        and proposal.base.get(key) != values
    ]
    return _("The public does not see the drafts in it.") if drafts else ""
