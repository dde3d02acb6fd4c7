from modeltranslation.translator import TranslationOptions, register

from jinhua_site.content.history import keep_history

from .models import (
    Achievement,
    AffinityGroup,
    Agreement,
    AreaOfInterest,
    Commitment,
    CooperationArea,
    Country,
    Evidence,
    Mobility,
    Partner,
    Practice,
)


@register(Country)
class CountryTranslation(TranslationOptions):
    fields = ("name",)


@register(CooperationArea)
class CooperationAreaTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Partner)
class PartnerTranslation(TranslationOptions):
    fields = ("name", "city", "summary")


@register(Commitment)
class CommitmentTranslation(TranslationOptions):
    fields = ("text",)


@register(AreaOfInterest)
class AreaOfInterestTranslation(TranslationOptions):
    fields = ("title", "summary")


@register(AffinityGroup)
class AffinityGroupTranslation(TranslationOptions):
    fields = ("name",)


@register(Agreement)
class AgreementTranslation(TranslationOptions):
    fields = ("title",)


@register(Practice)
class PracticeTranslation(TranslationOptions):
    fields = ("title", "aims", "benefit", "student_benefit", "innovation")


@register(Achievement)
class AchievementTranslation(TranslationOptions):
    fields = ("text",)


@register(Evidence)
class EvidenceTranslation(TranslationOptions):
    fields = ("title",)


@register(Mobility)
class MobilityTranslation(TranslationOptions):
    """No translated fields; the admin of every record needs a registered model."""

    fields = ()


keep_history(
    *(Country, CooperationArea, Partner, Commitment, AreaOfInterest, AffinityGroup),
    *(Agreement, Practice, Achievement, Evidence, Mobility),
)
