"""What stands before every page of the admin, and behind its check of who is signed in."""

from functools import update_wrapper

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from . import carrying, password_page, second_factor, sessions

# What is open to somebody who has something to do before anything else.
ALWAYS = {
    f"admin:{name}"
    for name in (
        *("jsi18n", "logout", "password_change", "password_change_done"),
        *("staff_confirm", "staff_second_factor", "staff_session"),
    )
}


def passing(view):
    """A page for somebody who may use the admin: it keeps the session alive."""

    def inner(request, *args, **kwargs):
        if not getattr(view, "is_no_sign_of_life", False):
            sessions.note_use(request)
        if request.resolver_match.view_name not in ALWAYS:
            if password_page.is_given(request):
                messages.warning(request, _("Choose a password that only you know, to begin with."))
                return redirect("admin:password_change")
            if second_factor.is_lacking(request):
                return redirect("admin:staff_second_factor")
        return view(request, *args, **kwargs)

    return update_wrapper(inner, view)


def keeping(page):
    """A page of the admin that keeps what is sent to it when the session has ended."""

    def inner(request, *args, **kwargs):
        if not request.user.is_authenticated and carrying.is_worth_it(request):
            from .signing_in import signed_out

            return never_cache(signed_out)(request)
        return page(request, *args, **kwargs)

    return update_wrapper(inner, page)
