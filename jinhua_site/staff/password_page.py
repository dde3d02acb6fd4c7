"""One's own password, and what follows when any password is changed."""

from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import audit, known_devices, limits, notices, sessions
from .confirming import check
from .models import GivenPassword
from .refusing import too_many
from .session_store import MARKS


class OwnPasswordForm(AdminPasswordChangeForm):
    request: HttpRequest

    def clean_old_password(self):
        """As often as the limits allow: it may be somebody else who sits here."""
        check(self.request, self.cleaned_data["old_password"])
        return self.cleaned_data["old_password"]

    def clean_new_password1(self):
        """Who was given a password would otherwise share it for good."""
        if self.cleaned_data["new_password1"] == self.cleaned_data.get("old_password"):
            raise ValidationError(_("This is the one you have. Choose another."))
        return self.cleaned_data["new_password1"]


class OwnPassword(PasswordChangeView):
    form_class = OwnPasswordForm
    template_name = "registration/password_change_form.html"

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.request = self.request
        return form

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except limits.TooManyError as refusal:
            return too_many(request, refusal)

    def form_valid(self, form):
        response = super().form_valid(form)  # this session goes on, under another key
        was_changed(self.request, form.user)
        known_devices.remember(self.request, response, form.user)  # by the new password
        return response


def is_given(request):
    """Whether somebody else has chosen the password that was given in this session."""
    return request.session.get(MARKS, {}).get("given", False)


def was_changed(request, user):
    """End every session of the account but the one in which its own colleague changed it."""
    if user == request.user:
        GivenPassword.objects.filter(user=user).delete()
        request.session[MARKS] |= {"given": False}
        request.session.modified = True
    else:
        GivenPassword.objects.get_or_create(user=user)
    sessions.end(sessions.of(user).exclude(pk=request.session.session_key))
    audit.record(request, audit.Kind.PASSWORD, user.get_username())
    notices.changed(user, audit.Kind.PASSWORD)
