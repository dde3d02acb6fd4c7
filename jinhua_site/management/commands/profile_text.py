from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from jinhua_site.languages import CODES
from jinhua_site.profile_text import FORMS, Profile, texts


class Command(BaseCommand):
    help = "Prints the college's profile as text, as its page /<language>/profile-text/ has it."

    def add_arguments(self, parser):
        parser.add_argument("--language", choices=CODES, help="both without this option")
        parser.add_argument("--form", choices=FORMS, help="all without this option")

    def handle(self, *args, **options):
        profile = Profile.published()
        if not profile.college.pk:
            raise CommandError("There is no college yet; run `manage.py load_content` first.")
        languages = [options["language"]] if options["language"] else CODES
        chosen = []
        for code in languages:
            with override(code):
                chosen += [text for text in texts(profile) if options["form"] in (None, text.key)]
        if len(chosen) == 1:
            self.stdout.write(chosen[0].body)
            return
        self.stdout.write("\n\n\n".join(f"# {text.title}\n\n{text.body}" for text in chosen))
