"""allauth's addresses, without those to sign up and those to manage e-mail addresses."""

from allauth.account.urls import urlpatterns as all_of_allauth
from django.urls import include, path

from . import views

NAMES = {
    "account_login",
    "account_inactive",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}
urlpatterns = [
    path("", views.own_account, name="account_overview"),
    path("of/<int:pk>/", views.account_of_colleague, name="account_of_colleague"),
    path("session/", views.session_left, name="account_session"),
    path("logout/", views.sign_out, name="account_logout"),
    path("second-factor/", include("allauth.mfa.urls")),
    *(pattern for pattern in all_of_allauth if pattern.name in NAMES),
]
