"""The four roles of the office, as groups: who may do what."""

from dataclasses import dataclass

from django.apps import apps as global_apps
from django.contrib.auth import get_permission_codename
from django.contrib.auth.management import create_permissions
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalChanges

CONTENT = ("profile", "partnerships")  # the applications whose records the office keeps
PUBLISH = "office.publish"


@dataclass(frozen=True)
class Role:
    """What a colleague may do besides what the role before it allows."""

    label: Promise
    may: Promise
    actions: tuple[str, ...] = ()  # with every record of the content
    further: tuple[str, ...] = ()


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
        # Parts of a practice, without a life of their own.
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


def may_publish(user):
    """Whether what this colleague saves may go public at once."""
    return user.has_perm(PUBLISH)


def role_of(user):
    """The key of the highest role that `user` has, or none."""
    names = {group.name for group in user.groups.all()}
    return next((key for key in reversed(ROLES) if key in names), None)


def content():
    """Every kind of record that the office keeps; the versions of records are none."""
    for label in CONTENT:
        for model in global_apps.get_app_config(label).get_models():
            if not issubclass(model, HistoricalChanges):
                yield model


def permissions():
    """What each role holds, by its key: `app.codename`."""
    held, by_role = set(), {}
    for key, role in ROLES.items():
        for model in content():
            codenames = (get_permission_codename(name, model._meta) for name in role.actions)
            held |= {f"{model._meta.app_label}.{codename}" for codename in codenames}
        held |= {*role.further}
        by_role[key] = frozenset(held)
    return by_role


@transaction.atomic
def grant(*, apps=global_apps, **kwargs):
    """Give each group the permissions of its role, no more and no less, after every migration.

    One that stops on the way has some of the models only.
    """
    if "permission" not in apps.all_models["auth"]:
        return
    # Django makes those of some applications later than this.
    for label in (*CONTENT, "office", "auth", "accounts"):
        create_permissions(global_apps.get_app_config(label), verbosity=0, apps=apps)
    known = apps.get_model("auth", "Permission").objects.values_list(
        "content_type__app_label", "codename", "pk"
    )
    numbers = {f"{label}.{codename}": pk for label, codename, pk in known}
    for key, names in permissions().items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=key)
        group.permissions.set(numbers[name] for name in names & numbers.keys())
