from django.db import migrations

from jinhua_site.accounts.roles import grant, withdraw


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0004_history'),
        ('profile', '0004_reviewed_on'),
        ('office', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [migrations.RunPython(grant, withdraw)]
