import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _


def new_handle() -> str:
    return get_random_string(24)


class UserManager(BaseUserManager):
    pass


class User(AbstractBaseUser):
    """Somebody who signs in. Knows nothing clinical.

    A client's addresses are not here: they live encrypted in ``care.ContactPoint``. The
    ``handle`` is random and never shown.
    """

    class Kind(models.TextChoices):
        CLIENT = "CLIENT", _("Client")
        STAFF = "STAFF", _("Staff")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    handle = models.CharField(max_length=40, unique=True, default=new_handle)
    kind = models.CharField(max_length=10, choices=Kind)
    # care.Organization, by id: accounts lies below care.
    organization_id = models.UUIDField(null=True)
    # Staff only.
    email = models.EmailField(unique=True, null=True, blank=True)
    name = models.CharField(
        max_length=80, help_text=_("How the person is called here.")
    )
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="STAFF") | models.Q(email=None),
                name="accounts_only_staff_have_email",
            ),
        ]

    def __str__(self):
        return f"User {self.pk}"

    @property
    def is_client(self) -> bool:
        return self.kind == self.Kind.CLIENT

    @property
    def is_staff_member(self) -> bool:
        return self.kind == self.Kind.STAFF

    def get_short_name(self):
        return self.name

    get_full_name = get_short_name
