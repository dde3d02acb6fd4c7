from jinhua_site.content.history import register

from .models import College, Fact, Faculty, Figure, Major, ProfileSentence, Source

register(
    College,
    *("name", "successor", "summary", "internationalisation", "belt_and_road", "wfcp"),
    *("address", "office_name", "hero_alt"),
)
register(Source, "title")
# English often has no word for the Chinese measure word.
register(Fact, "label", "unit", "definition", "owner", in_one_language=["unit"])
register(Figure, "note")
register(Faculty, "name", "summary", "image_alt")
register(Major, "name", "summary")
register(ProfileSentence, "text")
