from django.db import models


class AppendOnly(Exception):
    """An audit row is written once and never changed."""


class AuditEventQuerySet(models.QuerySet):
    def of_client(self, client_id):
        return self.filter(client_id=client_id)

    def update(self, **kwargs):
        raise AppendOnly

    def delete(self):
        raise AppendOnly


class AuditEvent(models.Model):
    """Who did or saw what, whose, when and from where. No values, only field names.

    Ids instead of foreign keys: the log lies below every app and outlives what it names.
    """

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    organization_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True, db_index=True)
    actor_role = models.CharField(max_length=20)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.UUIDField(null=True)
    client_id = models.UUIDField(null=True)
    # A list is one event with everybody it showed.
    client_ids = models.JSONField(default=list)
    field_names = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=10)
    request_id = models.UUIDField(null=True)
    address = models.CharField(max_length=50, blank=True)
    # Filled by the sealer that chains committed rows.
    mac = models.CharField(max_length=64, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["client_id", "seq"], name="audit_by_client"),
        ]

    def __str__(self):
        return f"Audit event {self.seq}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnly
