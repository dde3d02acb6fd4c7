"""Django's admin site with the office's own pages."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from jinhua_site.accounts.roles import ROLES
from jinhua_site.accounts.sessions import seconds_left
from jinhua_site.accounts.views import sign_out

from .dashboard import waiting_for
from .lists import translations
from .models import CalendarKey
from .translations.marks import confirm_text


class OfficeSite(AdminSite):
    def get_urls(self):
        view = self.admin_view
        return [
            path("handbook/", view(self.handbook), name="office_handbook"),
            path("translations/", view(translations), name="office_translations"),
            path("translations/<int:number>/confirm/", view(confirm_text), name="office_confirm"),
            *super().get_urls(),
        ]

    def index(self, request, extra_context=None):
        """Show the dashboard above the list of models."""
        key = CalendarKey.objects.filter(user=request.user).first()
        address = key and settings.SITE_URL + reverse("agreements_calendar", args=[key.key])
        more = {"tiles": waiting_for(request.user), "calendar_address": address}
        return super().index(request, more | (extra_context or {}))

    def handbook(self, request):
        """Show what a colleague has to know, on four printed pages at most."""
        more = {"title": _("Handbook for staff"), "roles": ROLES.values()}
        return render(request, "admin/handbook.html", self.each_context(request) | more)

    def each_context(self, request):
        return super().each_context(request) | {"session_seconds": seconds_left(request.session)}

    # Signing in and out: see `accounts`.

    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        return redirect("admin:index")

    def logout(self, request, extra_context=None):
        return sign_out(request)

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
