"""Texts of Django's own that staff read, gathered here to be put into our Chinese.

Django's says 你 where this site says 您, 注销, which closes an account, for leaving, and
sets spaces where Chinese has none.
A message of the project's goes before Django's wherever Django asks for it.
"""

from django.utils.translation import gettext_noop as _

TEXTS = (
    _("Add %s"),
    _("Add %(name)s"),
    _("Change %s"),
    _("View %s"),
    _("Select %s"),
    _("Select %s to change"),
    _("Select %s to view"),
    _("Change history: %s"),
    _("Cannot delete %(name)s"),
    _("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
    _("Are you sure?"),
    _("Log out"),
    _("Your password was changed."),
    _("Your old password was entered incorrectly. Please enter it again."),
    _(
        "Please enter your old password, for security’s sake, and then enter your new password "
        "twice so we can verify you typed it in correctly."
    ),
    _("You don’t have permission to view or edit anything."),
    _("First, enter a username and password. Then, you’ll be able to edit more user options."),
    _("You may edit it again below."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully."),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? '
        "All of the following related items will be deleted:"
    ),
    _(
        "Are you sure you want to delete the selected %(objects_name)s? "
        "All of the following objects and their related items will be deleted:"
    ),
    _("Delete selected %(verbose_name_plural)s"),
    _(
        "Please enter the correct %(username)s and password for a staff account. Note that "
        "both fields may be case-sensitive."
    ),
    _("Action:"),
    _("Add another %(verbose_name)s"),
    _("Added {name} “{object}”."),
    _("Added."),
    _("Changed {fields} for {name} “{object}”."),
    _("Deleted {name} “{object}”."),
    _("No fields changed."),
    _("Items must be selected in order to perform actions on them. No items have been changed."),
    _("No action selected."),
    _("0 of %(cnt)s selected"),
    _("%(app)s administration"),
    _("Run the selected action"),
    _("Models in the %(name)s application"),
    _("Clear selection"),
    _("Select all %(total_count)s %(module_name)s"),
    _("Sorting priority: %(priority_number)s"),
    _("Enter a new password for the user <strong>%(username)s</strong>."),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related "
        "objects, but your account doesn't have permission to delete the following types of "
        "objects:"
    ),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the "
        "following protected related objects:"
    ),
    _(
        "Deleting the selected %(objects_name)s would result in deleting related objects, but"
        " your account doesn't have permission to delete the following types of objects:"
    ),
    _(
        "Deleting the selected %(objects_name)s would require deleting the following "
        "protected related objects:"
    ),
    _("Yes, I’m sure"),
    _("No, take me back"),
    _("Delete multiple objects"),
    _("Objects"),
    _(" By %(filter_title)s "),
    _("Recent actions"),
    _("My actions"),
    _("None available"),
    _(
        "You are authenticated as %(username)s, but are not authorized to access this page. "
        "Would you like to login to a different account?"
    ),
    _("Start typing to filter…"),
    _("This object doesn’t have a change history. It probably wasn’t added via this admin site."),
    _("Popup closing…"),
    _("Change selected %(model)s"),
    _("Add another %(model)s"),
    _("Delete selected %(model)s"),
    _("View selected %(model)s"),
    _("Thanks for spending some quality time with the web site today."),
    _("Set password: %s"),
    _("Authentication and Authorization"),
    _("Old password"),
    _("Password confirmation"),
    _("New password confirmation"),
    _("Enter the same password as before, for verification."),
    _("This account is inactive."),
    _("A user with that username already exists."),
    _("Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."),
    _("The two password fields didn’t match."),
    _(
        "Designates whether this user should be treated as active. Unselect this instead of "
        "deleting accounts."
    ),
)
