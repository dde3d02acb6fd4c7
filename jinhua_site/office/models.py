"""What the office keeps of its own work: proposals, outdated texts, who is at what."""

import secrets

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.uploads import UploadField, private_storage


class AboutRecord(models.Model):
    """Says something of one record of any kind."""

    model = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("kind"))
    record_id = models.PositiveBigIntegerField(_("record"))

    class Meta:
        abstract = True


class Proposal(models.Model):
    """What a colleague wants of a form, kept until a publisher has looked at it.

    `base` is the form as it stood when the colleague opened it and `wanted` as it was
    sent: see `submissions`. An approved one waits for its day as `SCHEDULED`.
    """

    class State(models.TextChoices):
        UNFINISHED = "unfinished", _("unfinished")
        WAITING = "waiting", _("waits for review")
        RETURNED = "returned", _("returned with a comment")
        SCHEDULED = "scheduled", _("approved for a date")
        DONE = "done", _("carried out")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # Where the author can still work on it, and where it still can be carried out.
    OPEN = (State.UNFINISHED, State.WAITING, State.RETURNED, State.SCHEDULED)

    model = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("kind"))
    record_id = models.PositiveBigIntegerField(_("record"), null=True)  # none: it is to be added
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

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-made"]
        default_permissions = ("view",)
        permissions = [("publish", _("Can approve and publish"))]
        indexes = [models.Index(fields=["model", "record_id"], name="office_proposal_record")]

    def __str__(self):
        return self.record_name

    @property
    def is_open(self):
        return self.state in self.OPEN


class ProposedFile(models.Model):
    """A file that came with a proposal, under the name of its field in the form."""

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


class StaleText(AboutRecord):
    """A text that did not follow when its other language changed.

    It is deleted when the text is written again or confirmed as still correct.
    """

    field = models.CharField(max_length=60)  # as the model names it, without its language
    language = models.CharField(max_length=10)  # of the outdated text
    since = models.DateTimeField(default=timezone.now)
    other_was = models.TextField()  # the other language, when the two were last in step

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["model", "record_id", "field", "language"], name="office_stale_once"
            )
        ]

    def __str__(self):
        return f"{self.field} [{self.language}]"


class Presence(AboutRecord):
    """Who had the form of a record open, and when last."""

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
