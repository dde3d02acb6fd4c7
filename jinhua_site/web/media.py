"""Serve uploaded files: pictures for display, all others as downloads."""

from pathlib import PurePosixPath

from django.conf import settings
from django.http import FileResponse, Http404
from django.utils._os import safe_join

from .page_cache import bypass_cache

# For uploaded files, which a browser may show or save, but not run.
HARMLESS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}
MEDIA_TYPES = {
    ".avif": "image/avif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
}


@bypass_cache
def media(request, name):
    """Return the file `name`. Django's own view answers 500 to an overlong name."""
    media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    try:
        file = open(safe_join(settings.MEDIA_ROOT, name), "rb")  # noqa: PTH123, SIM115
    except (OSError, ValueError):
        raise Http404 from None
    return FileResponse(
        file,
        content_type=media_type,
        as_attachment=not media_type.startswith("image/"),
        headers=HARMLESS | {"Cache-Control": "public, max-age=3600"},
    )
