from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jinhua_site.content.models import (
    Publishable,
    Status,
    both_languages,
    line,
    optional_reference,
    paragraphs,
    past_date,
    references,
    short_name,
)
from jinhua_site.content.uploads import Document, private_storage
from jinhua_site.core.dates import PartialDateField, in_order, months_before
from jinhua_site.core.languages import in_either_language
from profile.models import Faculty, Major, Source

from .agreement_state import AgreementQuerySet, State, Term
from .partner import CooperationArea, Partner


class Agreement(Publishable):
    """An agreement with a partner. Its state follows from its dates."""

    class Kind(models.TextChoices):
        MEMORANDUM = "memorandum", _("memorandum of understanding")
        STUDENT_EXCHANGE = "student-exchange", _("student exchange")
        STAFF_TRAINING = "staff-training", _("staff training")
        RESEARCH = "research", _("research")
        JOINT_PROGRAMME = "joint-programme", _("joint programme")
        OVERSEAS_COLLEGE = "overseas-college", _("overseas college")
        OTHER = "other", _("other agreement")

    State, Term = State, Term
    IN_FORCE = (State.ACTIVE, State.EXPIRING)
    PRIVATE = ("coordinator", "contact", "scan", "costs", "notes")

    partner = optional_reference(
        Partner, _("partner"), "agreements", _("With whom it was made. A draft may leave it open.")
    )
    slug = short_name("wintec-joint-college-2014", max_length=80)
    kind = line(_("kind"), 20, _("What it is about in the main."), choices=Kind)
    title = line(_("title"), 200, _("For example: Agreement on a joint college"))
    areas = references(
        CooperationArea, _("cooperation areas"), "agreements", _("All that it covers.")
    )
    faculties = references(
        Faculty, _("faculties"), "agreements", _("The faculties that take part.")
    )
    majors = references(Major, _("majors"), "agreements", _("The majors that take part."))
    follows_from = optional_reference(
        "self", _("follows from"), "activities", _("The memorandum of understanding above it.")
    )
    renews = optional_reference(
        "self",
        _("renews"),
        "renewals",
        _("The earlier agreement that this one takes the place of."),
    )
    signed = past_date(_("signed"), _("For example: 2014-05"), blank=True)
    starts = PartialDateField(
        _("in effect from"),
        blank=True,
        help_text=_("Where that is another date than the signature’s."),
    )
    ends = PartialDateField(
        _("ends"), blank=True, help_text=_("Its last day; left empty where none was agreed.")
    )
    terminated = PartialDateField(
        _("terminated on"), blank=True, help_text=_("When it was ended before its time.")
    )
    auto_renews = models.BooleanField(
        _("renews itself"),
        default=False,
        help_text=_("It goes on after its last day unless one side gives notice."),
    )
    notice_months = models.PositiveSmallIntegerField(
        _("notice period"),
        null=True,
        blank=True,
        help_text=_("Months before the last day by which notice has to be given."),
    )
    source = optional_reference(
        Source, _("source"), "agreements", _("Where the public can read of it.")
    )
    public = models.BooleanField(
        _("public"),
        default=False,
        help_text=_("Shown to the public once it is published; else it stays in the register."),
    )
    coordinator = line(
        _("coordinator"), 120, _("The colleague in charge. Never shown to the public."), blank=True
    )
    contact = line(
        _("contact at the partner"),
        200,
        _("Name, e-mail, telephone. Never shown to the public."),
        blank=True,
    )
    costs = paragraphs(_("costs"), _("Who pays what. Never shown to the public."), blank=True)
    scan = Document(
        _("signed scan"),
        upload_to="agreements",
        storage=private_storage,
        blank=True,
        help_text=_("A PDF of the signed paper. Never shown to the public."),
    )
    notes = paragraphs(_("notes"), _("For the office. Never shown to the public."), blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-signed", "slug"]
        permissions = [("view_agreement_scan", _("Can open the signed scan of an agreement"))]
        constraints = [
            both_languages("title", _("title")),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(partner__isnull=False),
                name="partnerships_agreement_partner",
                violation_error_message=_("To publish, name the partner."),
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | ~Q(signed="") | ~Q(starts=""),
                name="partnerships_agreement_dated",
                violation_error_message=_("To publish, say when it was signed or took effect."),
            ),
            models.CheckConstraint(
                condition=in_order("signed", "ends") & in_order("starts", "ends"),
                name="partnerships_agreement_ends_last",
                violation_error_message=_("It cannot end before it is signed or takes effect."),
            ),
            models.CheckConstraint(
                condition=in_order("signed", "terminated")
                & (~Q(signed="") | in_order("starts", "terminated")),
                name="partnerships_agreement_terminated_later",
                violation_error_message=_("It cannot be terminated before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(auto_renews=True) | in_order("terminated", "ends"),
                name="partnerships_agreement_terminated_in_time",
                violation_error_message=_("What has ended cannot be terminated later."),
            ),
            models.CheckConstraint(
                condition=Q(follows_from__isnull=True) | ~Q(kind="memorandum"),
                name="partnerships_agreement_memorandum_on_top",
                violation_error_message=_("A memorandum stands on its own; nothing is above it."),
            ),
            models.CheckConstraint(
                condition=(Q(renews__isnull=True) | ~Q(renews=F("pk"))),
                name="partnerships_agreement_renews_another",
                violation_error_message=_("An agreement cannot renew itself here."),
            ),
            models.CheckConstraint(
                condition=Q(auto_renews=False) | ~Q(ends=""),
                name="partnerships_agreement_renews_from_an_end",
                violation_error_message=_("What renews itself needs a last day to renew from."),
            ),
        ]

    def __str__(self):
        """Return its title and, as many share one, what distinguishes it."""
        named = [self.any_title, self.partner, self.signed or self.starts]
        return " · ".join(str(part) for part in named if part)

    def clean(self):
        above, before = self.follows_from, self.renews
        if above and (above.kind != self.Kind.MEMORANDUM or above.partner_id != self.partner_id):
            raise ValidationError(
                {"follows_from": _("Choose a memorandum of understanding with the same partner.")}
            )
        if before and before.partner_id != self.partner_id:
            raise ValidationError({"renews": _("Choose an agreement with the same partner.")})
        below = (self.activities, self.renewals, self.mobility) if self.pk else ()
        if below and self.kind != self.Kind.MEMORANDUM and self.activities.exists():
            raise ValidationError({"kind": _("Agreements follow from it: it stays a memorandum.")})
        if any(rows.exclude(partner=self.partner_id).exists() for rows in below):
            raise ValidationError({"partner": _("Records linked to it name another partner.")})

    def get_absolute_url(self):
        return f"{self.partner.get_absolute_url()}#{self.slug}"

    @property
    def any_title(self):
        return in_either_language(self, "title")

    @property
    def renews_itself(self):
        return self.auto_renews and not self.terminated

    @property
    def notice_by(self):
        """Return the last day to give notice, or None if no end or no period was agreed."""
        if not self.ends or self.notice_months is None:
            return None
        return months_before(self.ends.last_day, self.notice_months)
