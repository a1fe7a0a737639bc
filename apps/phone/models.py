"""What phones hand over without a session: keys to seal to, and the phones themselves."""

import uuid

from django.db import models
from django.db.models import F, Q

from apps.care.models import Client, Organization
from apps.common.fields import EncryptedJSONField, EncryptedTextField


class SealingKey(models.Model):
    """A pair that phones seal to. One is current; the retired ones still open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # How an envelope to this key is laid out: frontend/phone/seal.js.
    layout = models.PositiveSmallIntegerField(default=1)
    public = models.BinaryField(help_text="The point, uncompressed.")
    # PEM. Gone when the pair has been retired for long.
    private = EncryptedTextField(null=True)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["layout"],
                condition=Q(retired_at=None),
                name="phone_one_current_key",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=False) | Q(private__isnull=False),
                name="phone_current_key_opens",
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(retired_at__gte=F("made_at")),
                name="phone_key_times_in_order",
            ),
        ]

    def __str__(self):
        return f"Sealing key {self.pk}"


class DeviceQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(ended_at=None)


class Device(models.Model):
    """One browser of a client. Its key hands in what was sealed there, and reads nothing.

    The key itself is on the phone, inside the sealed items, and nowhere here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="devices")
    key_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_seen_at__gte=F("made_at")),
                name="phone_device_times_in_order",
            ),
        ]

    def __str__(self):
        return f"Device {self.pk}"


class SetAside(models.Model):
    """What a phone handed in and nobody could make a check-in of: kept as it was sent."""

    sealed_for = "client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="set_aside"
    )
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    uuid = models.UUIDField()
    # As the item says; empty when it says nothing known. Half a check-in and the whole one
    # carry the same UUID.
    kind = models.CharField(max_length=10, blank=True)
    # Why, as a code; the item itself as the phone wrote it.
    reason = models.CharField(max_length=20)
    item = EncryptedJSONField()
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "uuid", "kind"], name="phone_set_aside_once"
            ),
        ]

    def __str__(self):
        return f"Set aside {self.pk}"
