"""Settings of the site, environment first.

Without any variable set, the site runs as in production, on SQLite under `var/`.
README.md lists the variables.
"""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from .accounts.settings import *  # noqa: F403
from .core import environment
from .web import logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("VAR_DIR", BASE_DIR / "var")).resolve()

DEBUG = environment.choice("DEBUG", "0", "1") == "1"
SECRET_KEY = environment.secret_key(VAR_DIR / "secret_key")

SITE_URL = environment.site_url(default="http://127.0.0.1:8000")
SITE_HOST = urlsplit(SITE_URL).hostname
ALLOWED_HOSTS = [SITE_HOST, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# Applications and middleware

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, which it extends
    "jinhua_site.web.apps.WebConfig",
    "jinhua_site.content",
    # The full path, since the standard library has a module named `profile` too.
    "profile.apps.ProfileConfig",
    "partnerships.apps.PartnershipsConfig",
    "jinhua_site.office.apps.OfficeConfig",
    "jinhua_site.office.apps.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",  # `runserver` leaves static files to WhiteNoise too
    "django.contrib.staticfiles",
    "import_export",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "jinhua_site.accounts.apps.AccountsConfig",  # after the apps whose admin pages it removes
]

MIDDLEWARE = [
    "jinhua_site.web.headers.SafeHeaders",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "jinhua_site.web.page_cache.PublicRequests",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jinhua_site.web.body_limits.BodyLimits",
    "jinhua_site.office.overlong_numbers.refuse_overlong_numbers",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jinhua_site.accounts.middleware.AccountRules",
]

if DEBUG and find_spec("debug_toolbar"):
    INSTALLED_APPS.append("debug_toolbar")
    MIDDLEWARE.insert(5, "debug_toolbar.middleware.DebugToolbarMiddleware")
    INTERNAL_IPS = ["127.0.0.1"]

ROOT_URLCONF = "jinhua_site.urls"
WSGI_APPLICATION = "jinhua_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # `request` is there for the admin; a public template uses neither
            # `user` nor `csrf_token`, which would make its page private.
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jinhua_site.pages.context.college",
            ],
        },
    },
]

# Data

DATABASES = {"default": environment.database(VAR_DIR / "db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In the database, so that all processes count failed sign-ins together (see `accounts`).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Languages, dates and numbers

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "libraries"]
FORMAT_MODULE_PATH = ["jinhua_site.core.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
# Only the admin remembers a language in a cookie; the public pages set none.
LANGUAGE_COOKIE_PATH = "/admin/"

MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
# With fallbacks, a page would show the Chinese measure word where the English unit
# is empty. Staff lists use `in_either_language`.
MODELTRANSLATION_ENABLE_FALLBACKS = False


def MODELTRANSLATION_BUILD_LOCALIZED_VERBOSE_NAME(name, code):  # noqa: N802
    """The label of one language's column: “summary [简体中文]”."""
    return f"{name} [{dict(LANGUAGES)[code]}]"


# Files

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"
UPLOADS_MAX = environment.size("UPLOADS_MAX", default="2GB")
DATA_UPLOAD_MAX_NUMBER_FILES = 20
STORAGES = {
    "default": {"BACKEND": "jinhua_site.content.uploads.UploadStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Staff. The settings for signing in are in `accounts.settings`.

SESSION_COOKIE_AGE = 2 * 3600  # seconds without a request
SESSION_LONGEST = 12 * 3600  # seconds since the sign-in
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # the limits above may end it sooner
SECOND_FACTOR_REQUIRED = environment.choice("SECOND_FACTOR", "optional", "required") == "required"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# With TLS, nginx is in front and passes on the visitor's address.
ALLAUTH_TRUSTED_PROXY_COUNT = int(SITE_URL.startswith("https://"))
AUDIT_LOG_DAYS = 730

# Mail: the weekly digest

vars().update(environment.email())
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.email_from(default=f"website@{SITE_HOST}")

# Security. `web.headers` sets the headers of every response; `web.body_limits` limits the size
# of requests.

CSRF_FAILURE_VIEW = "jinhua_site.accounts.middleware.form_refused"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
if SITE_URL.startswith("https://"):
    SECURE_SSL_REDIRECT = True
    # Health checks come without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    # nginx sets this header on every request, and only nginx reaches gunicorn.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    # Browsers accept these prefixes only over TLS, and `__Host-` only from this very host and
    # for the path /. The language cookie is limited to /admin/.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Secure-language"

# Logs

LOGGING = logs.configuration(environment.choice("LOG_FORMAT", "line", "json"))
