"""The accounts of colleagues, each with one role."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from . import audit, sessions
from .colleagues import name_of
from .models import GivenPassword
from .roles import ROLES, role_of

admin.site.unregister([User, Group])


IN_USE = _("account in use")  # Django’s “active” is a word for agreements here


def roles_to_choose():
    for key, role in ROLES.items():
        yield key, format_html("<strong>{}</strong><span>{}</span>", capfirst(role.label), role.may)


class RoleForm(forms.ModelForm):
    """Gives the colleague exactly one role, and with it the way into the admin."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=roles_to_choose,
        widget=forms.RadioSelect,
        help_text=_("Each may do what the one above it may, and more."),
    )
    is_own = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.is_superuser:
            del self.fields["role"]
        elif self.instance.pk:
            self.initial["role"] = role_of(self.instance)
        if "is_active" in self.fields:
            self.fields["is_active"].label = IN_USE
        if self.is_own:
            for name in {"role", "is_active"} & self.fields.keys():
                self.fields[name].disabled = True

    def clean_email(self):
        return self.cleaned_data["email"].lower()  # as allauth looks for it

    def save(self, commit=True):
        self.instance.is_staff = True
        return super().save(commit)

    def _save_m2m(self):
        super()._save_m2m()
        if "role" in self.cleaned_data:
            self.instance.groups.set(Group.objects.filter(name=self.cleaned_data["role"]))


class ColleagueForm(RoleForm, UserChangeForm):
    pass


class NewColleagueForm(RoleForm, UserCreationForm):
    pass


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return [(key, role.label) for key, role in ROLES.items()]

    def queryset(self, request, queryset):
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


class InUseFilter(admin.BooleanFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = IN_USE


@admin.register(User)
class ColleagueAdmin(UserAdmin):
    """Those who leave are deactivated: what they wrote keeps their name."""

    form = ColleagueForm
    add_form = NewColleagueForm
    list_display = ["username", "name", "role", "email", "in_use", "last_login"]
    list_filter = [RoleFilter, ("is_active", InUseFilter)]
    readonly_fields = ["last_login"]
    person = ("last_name", "first_name"), "email"
    add_form_template = "admin/change_form.html"
    add_fieldsets = [
        (None, {"fields": ["username", "password1", "password2"]}),
        (_("Person"), {"fields": person}),
        (_("Role"), {"fields": ["role"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        if not obj:
            return self.add_fieldsets
        role = [] if obj.is_superuser else ["role"]
        return [
            (None, {"fields": ["username", "password", "last_login"]}),
            (_("Person"), {"fields": self.person}),
            (
                _("Role"),
                {
                    "fields": [*role, "is_active"],
                    "description": _(
                        "Who leaves is made inactive, not deleted: "
                        "the history keeps their name. Nobody changes their own role."
                    ),
                },
            ),
        ]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.is_own = obj == request.user
        return form

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    # What protects an account is changed by somebody who has given their password just now.

    @method_decorator(reauthentication_required)
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_related(self, request, form, formsets, change):
        """Let a change of what somebody may do end the sessions that began before it."""
        super().save_related(request, form, formsets, change)
        user, name = form.instance, form.instance.get_username()
        changed = {*form.changed_data}
        if change and changed & {"role", "is_active"}:
            sessions.end(user)
        if "role" in changed:
            before = form.initial.get("role") or "—"
            audit.record(
                request, audit.Kind.ROLE, f"{name}: {before} → {form.cleaned_data['role']}"
            )
        if not change:
            GivenPassword.objects.create(user=user)
        if not change or "is_active" in changed:
            in_use = "in use" if user.is_active else "not in use"
            audit.record(request, audit.Kind.ACCOUNT, f"{name}: {in_use}")
        if change and "username" in changed:
            audit.record(request, audit.Kind.ACCOUNT, f"{name}: was {form.initial['username']}")
        if change and "email" in changed:
            audit.record(request, audit.Kind.ACCOUNT, f"{name}: another e-mail address")
            before = form.initial["email"]  # whoever reads the new one knows
            get_adapter().send_notification_mail(
                "accounts/mail/address_changed", user, email=before
            )

    def delete_model(self, request, obj):
        audit.record(request, audit.Kind.ACCOUNT, f"{obj.get_username()}: deleted")
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for user in queryset:
            audit.record(request, audit.Kind.ACCOUNT, f"{user.get_username()}: deleted")
        super().delete_queryset(request, queryset)

    @method_decorator(reauthentication_required)
    def user_change_password(self, request, id, form_url=""):  # noqa: A002  (Django’s own)
        before = self.get_object(request, unquote(id))
        response = super().user_change_password(request, id, form_url)
        after = self.get_object(request, unquote(id))
        if after.password != before.password:
            self._was_given_a_password(request, after)
        return response

    def _was_given_a_password(self, request, user):
        if user != request.user:
            GivenPassword.objects.get_or_create(user=user)
        sessions.end(user, but=request.session.session_key)
        audit.record(request, audit.Kind.PASSWORD, user.get_username())
        get_adapter().send_notification_mail("account/email/password_changed", user)

    # Who stands above an administrator is out of reach.

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and self._in_reach(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._in_reach(request, obj)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser

    def _in_reach(self, request, obj):
        return request.user.is_superuser or not (obj and obj.is_superuser)

    @admin.display(description=IN_USE, boolean=True, ordering="is_active")
    def in_use(self, user):
        return user.is_active

    @admin.display(description=pgettext_lazy("person", "name"), ordering="last_name")
    def name(self, user):
        return name_of(user)

    @admin.display(description=_("role"))
    def role(self, user):
        key = role_of(user)
        return gettext("may do everything") if user.is_superuser else key and ROLES[key].label
