"""The settings for signing in, of Django and allauth."""

VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
    {"NAME": "jinhua_site.accounts.credentials.NotLikelyValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"

ACCOUNT_ADAPTER = "jinhua_site.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Django's own: allauth's would keep a second list of e-mail addresses.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_TIMEOUT = ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {"change_password": "jinhua_site.accounts.credentials.OwnPasswordForm"}
# A whole campus may share one address.
ACCOUNT_RATE_LIMITS = {
    "login": "200/5m/ip",
    "password_failed": "100/5m/ip,10/5m/key",  # per user name and address
    "login_failed": "10/5m/key,20/d/key",  # codes, per user
    "limit_noted": "1/5m/key",
    "reauthenticate": "10/5m/user",
    "change_password": "10/5m/user",
}
MFA_ADAPTER = "jinhua_site.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Jinhua Polytechnic"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 12
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = {"webauthn_login": "200/5m/ip"}
MFA_FORMS = {"add_webauthn": "jinhua_site.accounts.credentials.PasskeyForm"}
