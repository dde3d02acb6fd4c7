"""The admin of accounts, each with one role, and of the audit log."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from . import audit, sessions
from .credentials import GivenPasswordForm
from .models import AuditEntry, GivenPassword
from .roles import ROLES, name_of, role_of

# allauth's pages show secrets.
admin.site.unregister([User, Group, EmailAddress, Authenticator, UserSession])


def roles_to_choose():
    for key, role in ROLES.items():
        yield key, format_html("<strong>{}</strong><span>{}</span>", capfirst(role.label), role.may)


class RoleForm(forms.ModelForm):
    """Give a colleague exactly one role, and access to the admin."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=roles_to_choose,
        widget=forms.RadioSelect,
        help_text=_("Each may do what the one above it may, and more."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["role"] = self.instance.pk and role_of(self.instance)
        is_own = self.instance == context.request.user
        role = self.fields["role"]
        role.disabled = is_own or self.instance.is_superuser
        role.required = not role.disabled
        if "is_active" in self.fields:
            self.fields["is_active"].disabled = is_own

    def clean_email(self):
        return self.cleaned_data["email"].lower()  # allauth looks for addresses in lower case


class ColleagueForm(RoleForm, UserChangeForm):
    pass


class NewColleagueForm(RoleForm, UserCreationForm):
    pass


@admin.register(User)
@method_decorator(reauthentication_required, name="changeform_view")
@method_decorator(reauthentication_required, name="user_change_password")
class ColleagueAdmin(UserAdmin):
    """Accounts are deactivated, not deleted, so that the history keeps the names."""

    form = ColleagueForm
    add_form = NewColleagueForm
    change_password_form = GivenPasswordForm
    list_display = ["username", "name", "role", "email", "is_active", "last_login"]
    list_filter = ["is_active"]
    readonly_fields = ["last_login"]
    person = (_("Person"), {"fields": [("last_name", "first_name"), "email"]})
    fieldsets = [
        (None, {"fields": ["username", "password", "last_login"]}),
        person,
        (
            _("Role"),
            {
                "fields": ["role", "is_active"],
                "description": _(
                    "Who leaves is made inactive, not deleted: "
                    "the history keeps their name. Nobody changes their own role."
                ),
            },
        ),
    ]
    add_form_template = "admin/change_form.html"
    add_fieldsets = [
        (None, {"fields": ["username", "password1", "password2"]}),
        person,
        (_("Role"), {"fields": ["role"]}),
    ]

    def get_queryset(self, request):
        """Show superusers only to a superuser."""
        users = super().get_queryset(request).prefetch_related("groups")
        return users if request.user.is_superuser else users.filter(is_superuser=False)

    def save_model(self, request, obj, form, change):
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Record what changed, and end the sessions of somebody whose rights changed."""
        super().save_related(request, form, formsets, change)
        user, changed = form.instance, {*form.changed_data}
        user.groups.set(Group.objects.filter(name=form.cleaned_data["role"]))
        for name in {"username", "email", "is_active", "role"} & changed:
            kind = audit.Kind.ROLE if name == "role" else audit.Kind.ACCOUNT
            values = f" {form.initial.get(name)} → {form.cleaned_data[name]}"
            audit.record(request, kind, f"{user}: {name}{'' if name == 'email' else values}")
        if not change:
            GivenPassword.objects.create(user=user)
        elif changed & {"role", "is_active"}:
            sessions.end(user)
        if change and "email" in changed:  # tell the old address
            get_adapter().send_notification_mail(
                "accounts/mail/address_changed", user, email=form.initial["email"]
            )

    @admin.display(description=pgettext_lazy("person", "name"), ordering="last_name")
    def name(self, user):
        return name_of(user)

    @admin.display(description=_("role"))
    def role(self, user):
        key = role_of(user)
        return gettext("may do everything") if user.is_superuser else key and ROLES[key].label


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Nobody adds, changes or deletes an entry, not even a superuser."""

    list_display = ["at", "kind", "who", "about", "address"]
    list_display_links = None
    list_filter = ["kind", "at"]
    search_fields = ["who", "about", "address"]
    search_help_text = _("A user name, a record or a network address.")
    show_full_result_count = False

    def is_never_allowed(self, request, obj=None):
        return False

    has_add_permission = has_change_permission = has_delete_permission = is_never_allowed
