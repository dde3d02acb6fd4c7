from django.db import migrations, models

import jinhua_site.dates

SHIPPED = "金华职业技术大学"


def renamed(model, column):
    """`also_known_as` as `successor`, with its new name for staff."""
    old, new = f"also_known_as{column}", f"successor{column}"
    field = models.CharField(
        "successor",
        max_length=200,
        blank=True,
        null=bool(column),
        help_text="The institution that was founded on the basis of the college, and took its place.",
    )
    return [
        migrations.RenameField(model, old, new),
        migrations.AlterField(model, new, field),
    ]


def since(model):
    field = jinhua_site.dates.PartialDateField(
        "successor since",
        blank=True,
        default="",
        help_text="For example: 2024. Without it the successor is not shown.",
    )
    return migrations.AddField(model, "successor_since", field, preserve_default=False)


def say_since_when(state, schema_editor):
    """Give the successor that the site shipped its year: without one it is not shown."""
    colleges = state.get_model("profile", "College").objects
    colleges.filter(successor_zh_hans=SHIPPED).update(successor_since="2024")


class Migration(migrations.Migration):
    dependencies = [("profile", "0006_press")]

    operations = [
        *renamed("college", ""),
        *renamed("college", "_en"),
        *renamed("college", "_zh_hans"),
        *renamed("historicalcollege", "_en"),
        *renamed("historicalcollege", "_zh_hans"),
        since("college"),
        since("historicalcollege"),
        migrations.RunPython(say_since_when, migrations.RunPython.noop),
    ]
