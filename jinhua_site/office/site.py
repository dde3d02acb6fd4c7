"""Django's admin with the office's own pages in it."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.module_loading import import_string

# Each page: its address below /admin/, its view, and its name (`admin:…`).
PAGES = [
    ("handbook/", "jinhua_site.office.handbook.handbook", "office_handbook"),
    ("translations/", "jinhua_site.office.translations.page.translations", "office_translations"),
    (
        "translations/<int:number>/still-correct/",
        "jinhua_site.office.translations.confirm.still_correct",
        "office_still_correct",
    ),
]


class OfficeSite(AdminSite):
    def get_urls(self):
        pages = [
            path(route, self.admin_view(import_string(view)), name=name)
            for route, view, name in PAGES
        ]
        return pages + super().get_urls()

    # How colleagues come in and go: see `accounts`, which is imported once there are models.

    def each_context(self, request):
        from jinhua_site.accounts.sessions import seconds_left

        return super().each_context(request) | {"session_seconds": seconds_left(request.session)}

    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        return redirect("admin:index")

    def logout(self, request, extra_context=None):
        from jinhua_site.accounts.views import sign_out

        return sign_out(request)

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
