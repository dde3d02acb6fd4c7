from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0004_history'),
        ('profile', '0004_reviewed_on'),
        ('office', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = []  # the roles get their rights after every migration: jinhua_site.accounts.roles
