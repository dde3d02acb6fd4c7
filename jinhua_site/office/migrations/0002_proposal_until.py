from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="archived on"),
        ),
    ]
