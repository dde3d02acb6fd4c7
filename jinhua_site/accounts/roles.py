"""The colleagues of the office: their names, and the four roles that say who may do what."""

import re
from dataclasses import dataclass

from django.apps import apps as global_apps
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONTENT = ("profile", "partnerships")  # the applications whose records the office keeps
PUBLISH = "office.publish"
CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Role:
    """What a role allows in addition to the role before it."""

    label: Promise
    may: Promise
    actions: tuple[str, ...] = ()  # on every model of the content
    further: tuple[str, ...] = ()

    def holds(self, permission):
        label, model = permission.content_type.app_label, permission.content_type.model
        held = {*self.further}
        if label in CONTENT and not model.startswith("historical"):
            held |= {f"{label}.{action}_{model}" for action in self.actions}
        return f"{label}.{permission.codename}" in held


ROLES = {
    "observer": Role(
        _("observer"),
        _("Reads all records, the register of agreements and the proposals; changes nothing."),
        ("view",),
        ("office.view_proposal",),
    ),
    "editor": Role(
        _("editor"),
        _("Writes drafts; what would change the public pages becomes a proposal."),
        ("add", "change"),
        # Parts of a practice, which do not exist without it.
        ("partnerships.delete_achievement", "partnerships.delete_evidence"),
    ),
    "publisher": Role(
        _("publisher"),
        _("Writes, reviews the proposals of others, publishes, and opens signed scans."),
        (),
        (PUBLISH, "partnerships.view_agreement_scan"),
    ),
    "administrator": Role(
        _("administrator"),
        _("Does all of that, deletes and brings back, and looks after the accounts."),
        ("delete",),
        ("auth.view_user", "auth.add_user", "auth.change_user", "accounts.view_auditentry"),
    ),
}


def name_of(user):
    """Return the name that a colleague goes by: 王丽, Ana Silva, or else the user name."""
    if CHINESE.search(user.last_name + user.first_name):
        return f"{user.last_name}{user.first_name}"
    return user.get_full_name() or user.get_username()


def may_publish(user):
    """Whether what this colleague saves may go public at once."""
    return user.has_perm(PUBLISH)


def role_of(user):
    """Return the key of the highest role that `user` has, or None."""
    names = {group.name for group in user.groups.all()}
    return next((key for key in reversed(ROLES) if key in names), None)


@transaction.atomic
def grant(*, apps=global_apps, **kwargs):
    """Give each group exactly the permissions of its role, after every migration.

    After a migration that stops halfway only some of the models may exist.
    """
    if "permission" not in apps.all_models["auth"]:
        return
    permissions = apps.get_model("auth", "Permission").objects.select_related("content_type")
    held = set()
    for key, role in ROLES.items():
        held |= {permission for permission in permissions if role.holds(permission)}
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=key)
        group.permissions.set(held)
