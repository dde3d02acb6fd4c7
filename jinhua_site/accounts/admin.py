"""The admin of accounts and of the audit log, without allauth's pages, which show secrets."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import users  # noqa: F401  (registers accounts)
from .models import AuditEntry

admin.site.unregister([EmailAddress, Authenticator, UserSession])


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Nobody adds, changes or deletes an entry, not even a superuser."""

    list_display = ["at", "kind", "who", "about", "address"]
    list_display_links = None
    list_filter = ["kind", "at"]
    search_fields = ["who", "about", "address"]
    search_help_text = _("A user name, a record or a network address.")
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
