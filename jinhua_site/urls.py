"""Every address of the site; the private ones are listed apart from the public ones."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.i18n import set_language

from partnerships import calendar
from profile.figure_entry import figure_preview

from .core.languages import CODES
from .opendata import views as data
from .pages import views
from .pages.profile_text import profile_text
from .pages.sitemaps import sitemap
from .pages.social_picture import social_picture
from .web import body_limits, errors, health, well_known
from .web.media import media

LANGUAGE_TAG = "[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})*"

private = [
    path("admin/language/", set_language, name="admin_language"),
    path("admin/may-send/", body_limits.may_send),
    path("admin/calendar/", admin.site.admin_view(calendar.new_address), name="new_calendar"),
    path("admin/figure-preview/", admin.site.admin_view(figure_preview), name="figure_preview"),
    path("admin/account/", include("jinhua_site.accounts.urls")),
    path("admin/", admin.site.urls),
    path("calendar/<slug:key>/agreements.ics", calendar.feed, name="agreements_calendar"),
]

for_machines = [
    path("healthz", health.healthz, name="healthz"),
    path("unavailable/", errors.unavailable, name="unavailable"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", well_known.robots, name="robots"),
    path(".well-known/security.txt", well_known.security, name="security"),
    path("favicon.ico", well_known.favicon, name="favicon"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("media/<path:name>", media, name="media"),
    path("data/catalog.json", data.catalogue, name="data_catalogue"),
    path("data/<slug:name>.schema.json", data.schema, name="data_schema"),
    path("data/<slug:name>.<slug:suffix>", data.download, name="data_file"),
]

pages = i18n_patterns(
    path("", views.home, name="home"),
    path("", include("profile.urls")),
    path("partnerships/", include("partnerships.urls")),
    path("profile-text/", profile_text, name="profile_text"),
    path("data/", data.page, name="data"),
    path("card.png", social_picture, name="social_picture"),
    path("site.webmanifest", views.manifest, name="manifest"),
    path("contact/", views.contact, name="contact"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
)

urlpatterns = [
    path("", views.root, name="root"),
    *private,
    *for_machines,
    *pages,
    re_path(rf"^(?!(?:{'|'.join(CODES)})/)(?P<tag>{LANGUAGE_TAG})/", views.language_alias),
]

if "debug_toolbar" in settings.INSTALLED_APPS:
    urlpatterns.insert(0, path("__debug__/", include("debug_toolbar.urls")))

handler400 = "jinhua_site.web.errors.bad_request"
handler403 = "jinhua_site.web.errors.permission_denied"
handler404 = "jinhua_site.web.errors.page_not_found"
handler429 = "jinhua_site.web.errors.too_many_requests"
handler500 = "jinhua_site.web.errors.server_error"
