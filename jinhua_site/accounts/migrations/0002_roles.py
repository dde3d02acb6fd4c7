from django.db import migrations

from jinhua_site.accounts.roles import grant


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('office', '0003_proposed_file_names'),
        ('partnerships', '0005_roles'),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
