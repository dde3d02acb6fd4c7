from django.db import migrations


def forget_names(apps, schema_editor):
    """Not everybody who may look at a proposal may know what its files were called."""
    for file in apps.get_model("office", "ProposedFile").objects.select_related("proposal"):
        proposal = file.proposal
        proposal.refresh_from_db(fields=["wanted"])  # another file of it may have been first
        proposal.wanted[file.field] = ["file:new"]
        proposal.save(update_fields=["wanted"])


class Migration(migrations.Migration):
    dependencies = [("office", "0002_proposal_until")]

    operations = [migrations.RunPython(forget_names, migrations.RunPython.noop)]
