import uuid

from django.conf import settings
from django.db import models

from apps.common.fields import EncryptedTextField


class CodeMessage(models.Model):
    """A code on its way to one address; the row is gone once a worker has taken it.

    An address nobody here has gets a row too, for nobody: the page that asked did the
    same work and took the same time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    # The keyed index of the address that was typed; the address itself is not kept here.
    address_index = models.CharField(max_length=64)
    code = EncryptedTextField()
    created_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"Code message {self.pk}"
