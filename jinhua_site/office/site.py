"""Django's admin with the office's own pages in it."""

from django.contrib.admin import AdminSite
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.module_loading import import_string

# Each page: its address below /admin/, its view, and its name (`admin:…`).
PAGES = [
    ("handbook/", "jinhua_site.office.handbook.handbook", "office_handbook"),
    ("translations/", "jinhua_site.office.translations_page.translations", "office_translations"),
    (
        "translations/<int:number>/still-correct/",
        "jinhua_site.office.still_correct.still_correct",
        "office_still_correct",
    ),
    ("account/", "jinhua_site.staff.account_page.own", "staff_account"),
    (
        "account/second-factor/",
        "jinhua_site.staff.second_factor_page.set_up",
        "staff_second_factor",
    ),
    ("account/confirm/", "jinhua_site.staff.confirming.confirm", "staff_confirm"),
    ("account/session/", "jinhua_site.staff.sessions.how_long", "staff_session"),
    ("auth/user/<int:pk>/sign-in/", "jinhua_site.staff.account_page.colleague", "staff_colleague"),
]


class OfficeSite(AdminSite):
    def get_urls(self):
        code = import_string("jinhua_site.staff.signing_in.code")
        pages = [path("login/code/", code, name="staff_code")]  # for who is not yet signed in
        pages += [
            path(route, self.admin_view(import_string(view)), name=name)
            for route, view, name in PAGES
        ]
        return pages + super().get_urls()

    # How colleagues come in and go: see `staff`, which is imported once there are models.

    def admin_view(self, view, cacheable=False):
        from jinhua_site.staff import gate

        return gate.keeping(super().admin_view(gate.passing(view), cacheable))

    def each_context(self, request):
        from jinhua_site.staff.sessions import seconds_left

        return super().each_context(request) | {"session_seconds": seconds_left(request)}

    def login(self, request, extra_context=None):
        from jinhua_site.staff.signing_in import SignIn

        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        return SignIn.as_view()(request)

    def logout(self, request, extra_context=None):
        from jinhua_site.staff import audit

        if request.method == "POST":
            audit.record(request, audit.Kind.SIGNED_OUT)
        response = super().logout(request, extra_context)
        if request.is_secure():  # without TLS a browser only complains of it
            # Not the cookies: one of them knows this browser again.
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def password_change(self, request, extra_context=None):
        from jinhua_site.staff.password_page import OwnPassword

        done = reverse("admin:password_change_done")
        context = self.each_context(request)
        return OwnPassword.as_view(success_url=done, extra_context=context)(request)
