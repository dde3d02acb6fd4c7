"""The security headers of every response: pages, files, redirects and errors.

nginx sets the same on what it answers by itself: deploy/nginx/jinhua/headers.conf.
"""

from http import HTTPStatus

from django.conf import settings

# The same for the public pages and the admin: nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    **dict.fromkeys(
        ("script-src", "style-src", "img-src", "connect-src", "manifest-src", "form-action"),
        "'self'",
    ),
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# Browser features that no page uses. Copying a text is not among them.
UNUSED = [
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi"),
    *("payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
]
EVERYWHERE = {
    "Content-Security-Policy": "; ".join(map(" ".join, CONTENT_SECURITY_POLICY.items())),
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}
# The first parts of the addresses that are for colleagues only.
PRIVATE = ("admin", "calendar")


def for_other_sites(response):
    """Let other sites' pages show this response: open data, and the picture of a shared link."""
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


class SafeHeaders:
    """Comes first, so that it also sees what the other middleware answers."""

    def __init__(self, get_response):
        self.get_response = get_response
        self._private = tuple(f"/{part}/" for part in PRIVATE)

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        if settings.DEBUG and response.status_code in (404, 500):
            del response["Content-Security-Policy"]  # Django's own page for developers
        if self._is_private(request, response):
            response["Cache-Control"] = "private, no-store"
        return response

    def _is_private(self, request, response):
        """Whether no cache may store it: it is a colleague's, or an error that may soon be over."""
        if "no-store" in response.get("Cache-Control", ""):
            return False  # the view has set its own header
        return (
            request.path_info.startswith(self._private)
            or bool(response.cookies)
            or response.status_code >= HTTPStatus.BAD_REQUEST
        )
