"""The office's own records: proposals, outdated texts, presence, calendar keys."""

import secrets

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jinhua_site.accounts.roles import may_publish
from jinhua_site.content.uploads import UploadField, private_storage

AUTHOR, PUBLISHER, SITE = "author", "publisher", "site"  # who decides on a proposal


class AboutRecord(models.Model):
    """A row about a record of any model."""

    model = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("kind"))
    record_id = models.PositiveBigIntegerField(_("record"))

    class Meta:
        abstract = True


class ProposalQuerySet(models.QuerySet):
    def open_for(self, model, record_id):
        """Return the open proposals for a record, or for a new one if `record_id` is None."""
        kind = ContentType.objects.get_for_model(model)
        proposals = self.filter(model=kind, record_id=record_id, state__in=Proposal.OPEN)
        return proposals.select_related("author")


class Proposal(models.Model):
    """A form that a colleague sent, kept until a publisher reviews it.

    `base` is the form data when the colleague opened the form, and `wanted` the data
    that they sent: see `proposals/form_data.py`.
    """

    class State(models.TextChoices):
        UNFINISHED = "unfinished", _("unfinished")
        WAITING = "waiting", _("waits for review")
        RETURNED = "returned", _("returned with a comment")
        SCHEDULED = "scheduled", _("approved for a date")
        DONE = "done", _("carried out")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # In these states the author can edit it, and it can still be carried out.
    OPEN = (State.UNFINISHED, State.WAITING, State.RETURNED, State.SCHEDULED)

    # Each decision on an open proposal: who may take it, and the new state.
    TRANSITIONS = {
        "keep": ({AUTHOR}, State.UNFINISHED),
        "propose": ({AUTHOR}, State.WAITING),
        "return": ({PUBLISHER}, State.RETURNED),
        "schedule": ({PUBLISHER}, State.SCHEDULED),
        "approve": ({PUBLISHER}, State.DONE),
        "withdraw": ({AUTHOR, PUBLISHER}, State.WITHDRAWN),
        "fail": ({SITE}, State.WAITING),
    }

    model = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("kind"))
    record_id = models.PositiveBigIntegerField(_("record"), null=True)  # null: a new record
    record_name = models.CharField(_("record"), max_length=250)
    base = models.JSONField()
    wanted = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="proposals",
        verbose_name=_("proposed by"),
    )
    note = models.TextField(_("what the reviewer should know"), blank=True)
    made = models.DateTimeField(_("proposed on"), default=timezone.now)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="reviews",
        verbose_name=_("reviewed by"),
        null=True,
        blank=True,
    )
    answer = models.TextField(_("the reviewer’s comment"), blank=True)
    decided = models.DateTimeField(_("reviewed on"), null=True, blank=True)
    due = models.DateTimeField(_("takes effect on"), null=True, blank=True)
    until = models.DateTimeField(_("archived on"), null=True, blank=True)  # once it is public

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-made"]
        default_permissions = ("view",)
        permissions = [("publish", _("Can approve and publish"))]
        indexes = [models.Index(fields=["model", "record_id"], name="office_proposal_record")]

    def __str__(self):
        return self.record_name

    def get_absolute_url(self):
        return reverse("admin:office_proposal_change", args=[self.pk])

    @property
    def is_open(self):
        return self.state in self.OPEN

    def may(self, user, decision):
        """Return whether `user`, or the site itself if None, may take a decision."""
        deciders, _state = self.TRANSITIONS[decision]
        if user is None:
            return SITE in deciders
        is_author = AUTHOR in deciders and user == self.author
        return is_author or (PUBLISHER in deciders and may_publish(user))

    def decide(self, decision, user=None, **changes):
        """Save the new state and other `changes`, or raise `PermissionDenied`."""
        deciders, state = self.TRANSITIONS[decision]
        if not self.is_open or not self.may(user, decision):
            raise PermissionDenied
        self.state = state
        if PUBLISHER in deciders:
            self.reviewer, self.decided = user, timezone.now()
        for name, value in changes.items():
            setattr(self, name, value)
        self.save()


class ProposedFile(models.Model):
    """A file sent with a proposal, under the name of its form field."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="files")
    field = models.CharField(max_length=200)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    file = UploadField(upload_to="proposals", storage=private_storage)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["proposal", "field"], name="office_one_file_a_field")
        ]

    def __str__(self):
        return self.name


class OutdatedText(AboutRecord):
    """A text that is outdated because its other language has changed.

    The row is deleted when the text is rewritten or confirmed as still correct.
    """

    field = models.CharField(max_length=60)  # the model's field, without its language
    language = models.CharField(max_length=10)  # of the outdated text
    since = models.DateTimeField(default=timezone.now)
    other_was = models.TextField()  # the other language when the two last agreed

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["model", "record_id", "field", "language"], name="office_outdated_once"
            )
        ]

    def __str__(self):
        return f"{self.field} [{self.language}]"


class Presence(AboutRecord):
    """When a user last had the form of a record open."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    seen = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["model", "record_id", "user"], name="office_present_once"
            )
        ]

    def __str__(self):
        return str(self.user)


def new_key():
    return secrets.token_urlsafe(24)


class CalendarKey(models.Model):
    """The secret in the address of a colleague's calendar of expiring agreements."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_key"
    )
    key = models.CharField(max_length=40, unique=True, default=new_key)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.user)
