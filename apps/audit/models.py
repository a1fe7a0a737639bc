from functools import reduce
from operator import or_
from uuid import UUID

from django.db import connections, models
from django.db.models import Exists, OuterRef, Q


class AppendOnly(Exception):
    """What was written down is written once and never changed."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise AppendOnly

    def delete(self):
        raise AppendOnly


class AppendOnlyModel(models.Model):
    """Refused here with a name; the database refuses it too, whoever asks (0002)."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnly


class AuditEventQuerySet(AppendOnlyQuerySet):
    def about(self, *client_ids: UUID):
        """Every event that names one of these clients: alone, or in a list."""
        if not client_ids:
            return self.none()
        # PostgreSQL has an index for this. SQLite keeps the list as text, and an id is in
        # that text only where it is in the list.
        lookup, value = (
            ("client_ids__contains", lambda pk: [str(pk)])
            if connections[self.db].vendor == "postgresql"
            else ("client_ids__icontains", str)
        )
        listed = reduce(or_, (Q(**{lookup: value(pk)}) for pk in client_ids))
        return self.filter(Q(client_id__in=client_ids) | listed)

    def unsealed(self):
        return self.filter(~Exists(AuditSeal.objects.filter(seq=OuterRef("seq"))))


class AuditEvent(AppendOnlyModel):
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

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["client_id", "seq"], name="audit_by_client"),
            models.Index(
                fields=["organization_id", "at"], name="audit_by_organization"
            ),
        ]

    def __str__(self):
        return f"Audit event {self.seq}"


class AuditSeal(AppendOnlyModel):
    """One event's link of the chain.

    ``position`` is the chain's own order: of two events, the later number may commit first.
    """

    position = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField(unique=True)
    sealed_at = models.DateTimeField(db_index=True)
    mac = models.CharField(max_length=64)
    # The name of the key; None in links from before keys had names.
    key = models.CharField(max_length=8, null=True)  # noqa: DJ001

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self):
        return f"Seal {self.position}"


class AuditCut(AppendOnlyModel):
    """Where the chain begins since what was before is past its time."""

    position = models.BigIntegerField(
        primary_key=True, help_text="The last that went; the chain goes on behind it."
    )
    mac = models.CharField(max_length=64, help_text="Of the last that went.")
    last_at = models.DateTimeField(help_text="When the newest of what went happened.")
    cut_at = models.DateTimeField()
    # With the key: nobody else can say that the beginning of the chain is no loss.
    stamp = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self):
        return f"Cut at {self.position}"


class AuditTurn(AppendOnlyModel):
    """From the next link on another key seals: whoever knows the old one makes none there.

    Stamped by the new key over where the chain stood, so what the old key sealed stays as
    it was then, also for somebody who has that key.
    """

    position = models.BigIntegerField(
        primary_key=True, help_text="The last that was sealed with the key before."
    )
    mac = models.CharField(max_length=64, help_text="Of that link.")
    key = models.CharField(max_length=8, help_text="The name of the new key.")
    cut_position = models.BigIntegerField(
        help_text="Of the newest cut then: later ones carry a stamp of the new key."
    )
    turned_at = models.DateTimeField()
    stamp = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self):
        return f"Turn at {self.position}"
