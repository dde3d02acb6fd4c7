from modeltranslation.translator import TranslationOptions, register

from .models import AreaOfInterest, Commitment, CooperationArea, Country, Partner


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
