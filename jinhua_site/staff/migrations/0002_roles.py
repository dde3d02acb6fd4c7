from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0001_initial'),
        ('office', '0003_proposed_file_names'),
        ('partnerships', '0005_roles'),
    ]

    operations = []  # the roles get their rights after every migration: jinhua_site.office.roles
