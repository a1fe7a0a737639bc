from django.db import migrations

from apps.keys.services import new_key

BATCH = 500


def make_keys(apps, schema_editor):
    """Everybody who came before there were keys for each client."""
    client, data_key = (
        apps.get_model("care", "Client"),
        apps.get_model("keys", "DataKey"),
    )
    have = data_key.objects.values("subject")
    without = client.objects.exclude(pk__in=have).order_by("pk")
    while batch := list(without.values_list("pk", "organization_id")[:BATCH]):
        made = [new_key(pk, organization_id) for pk, organization_id in batch]
        data_key.objects.bulk_create(
            data_key(
                id=key.pk,
                subject=key.subject,
                organization_id=key.organization_id,
                wrapped=key.wrapped,
            )
            for key in made
        )


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0003_site_line_languages"),
        ("keys", "0001_initial"),
    ]

    operations = [migrations.RunPython(make_keys, migrations.RunPython.noop)]
