"""What the site is made of, as a word: pages of another release are never taken for its own."""

from hashlib import sha256

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

SOURCES = ("jinhua_site", "profile", "partnerships", "templates", "locale")
KINDS = {".py", ".html", ".mo", ".txt", ".svg"}


def release():
    """A digest of the code, the templates, the texts and the names of the static files."""
    digest = sha256(repr(sorted(getattr(staticfiles_storage, "hashed_files", {}).items())).encode())
    for folder in SOURCES:
        for file in sorted((settings.BASE_DIR / folder).rglob("*")):
            if file.suffix in KINDS:
                digest.update(str(file.relative_to(settings.BASE_DIR)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()
