"""The security headers of every response: pages, files, redirects and errors.

nginx sets the same on what it answers by itself: deploy/nginx/jinhua/headers.conf.
"""

from http import HTTPStatus

from django.conf import settings

# The same for the public pages and the admin: nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Browser features that no page uses. Copying a text is not among them.
UNUSED = [
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi"),
    *("payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
]
EVERYWHERE = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}
# Where the addresses begin that are for colleagues only.
PRIVATE_PATHS = ("/admin/", "/calendar/")


def for_other_sites(response):
    """Let other sites' pages show this response: open data, and the picture of a shared link."""
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


class SafeHeaders:
    """Comes first, so that it also sees what the other middleware answers."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        if settings.DEBUG and response.status_code in (404, 500):
            del response["Content-Security-Policy"]  # Django's own page for developers
        # Neither a colleague's answer nor an error that may soon be over is for caches.
        is_private = (
            request.path_info.startswith(PRIVATE_PATHS)
            or response.cookies
            or response.status_code >= HTTPStatus.BAD_REQUEST
        )
        if is_private and "no-store" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "private, no-store"
        return response
