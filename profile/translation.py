from modeltranslation.translator import TranslationOptions, register

from jinhua_site.content.history import keep_history

from .models import College, Fact, Faculty, Figure, Major, ProfileSentence, Source


@register(College)
class CollegeTranslation(TranslationOptions):
    fields = (
        "name",
        "successor",
        "summary",
        "internationalisation",
        "belt_and_road",
        "wfcp",
        "address",
        "office_name",
        "hero_alt",
    )


@register(Source)
class SourceTranslation(TranslationOptions):
    fields = ("title",)


@register(Fact)
class FactTranslation(TranslationOptions):
    fields = ("label", "unit", "definition", "owner")
    # English often has no word for the Chinese measure word.
    in_one_language = ("unit",)


@register(Figure)
class FigureTranslation(TranslationOptions):
    fields = ("note",)


@register(Faculty)
class FacultyTranslation(TranslationOptions):
    fields = ("name", "summary", "image_alt")


@register(Major)
class MajorTranslation(TranslationOptions):
    fields = ("name", "summary")


@register(ProfileSentence)
class ProfileSentenceTranslation(TranslationOptions):
    fields = ("text",)


keep_history(College, Source, Fact, Figure, Faculty, Major, ProfileSentence)
