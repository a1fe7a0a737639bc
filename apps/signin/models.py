import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.care.models import Client, ContactPoint
from apps.common.fields import EncryptedJSONField, EncryptedTextField


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


class PageToken(models.Model):
    """Whose pages carry which form token: written at sign-in, when it is made anew.

    A form that arrives late says by its token who had it open, also when the session is
    gone or somebody else is signed in by then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    token_index = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"Page token {self.pk}"


class LateFormQuerySet(models.QuerySet):
    def visible_to(self, user):
        # Who is signed out by now has none: by the id, because a visitor is no row.
        return self.filter(user=user.pk)

    def fresh(self, at):
        return self.filter(kept_at__gt=at - LateForm.KEPT_FOR)


class LateForm(models.Model):
    """What somebody typed and sent when their sign-in had run out. Theirs alone.

    Not a record: it is gone once it was sent again, was let go, or nobody came for it.
    """

    sealed_for = "user.client"

    KEPT_FOR = timedelta(days=3)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    # The newest of each path is enough.
    path_index = models.CharField(max_length=64)
    content = EncryptedJSONField()
    kept_at = models.DateTimeField(db_index=True)

    objects = LateFormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "path_index"], name="signin_one_late_form_per_path"
            ),
        ]

    def __str__(self):
        return f"Late form {self.pk}"


class SignInQuerySet(models.QuerySet):
    def visible_to(self, user):
        # Who is signed out by now has none: by the id, because a visitor is no row.
        return self.filter(user=user.pk)


class SignIn(models.Model):
    """One browser that somebody is signed in with. Its session is gone with the row.

    No address and no name of a browser: on a shared screen they would say more about the
    person than about the browser.
    """

    class Device(models.TextChoices):
        PHONE = "PHONE", _("A phone")
        TABLET = "TABLET", _("A tablet")
        COMPUTER = "COMPUTER", _("A computer")
        OTHER = "OTHER", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    session_key = EncryptedTextField()
    device = models.CharField(max_length=10, choices=Device)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    # Of somebody with a lock. Here and not in the session: a request that is still under
    # way writes its session back as it was, and would open it again.
    locked_at = models.DateTimeField(null=True)
    # Of staff: when it became more than half of a sign-in.
    whole_at = models.DateTimeField(null=True)
    open_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = SignInQuerySet.as_manager()

    def __str__(self):
        return f"Sign-in {self.pk}"


class Lock(models.Model):
    """A client wants every phone of theirs to close when it lies about."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="app_lock",
    )
    # Empty where a passkey alone opens it.
    pin_hash = models.CharField(max_length=200, blank=True)
    # Of the letters shown with the PIN, for who forgets it when nobody can hand out paper.
    spare_hash = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()

    def __str__(self):
        return f"Lock {self.pk}"


class Hold(models.Model):
    """A phone was lost: codes would come to whoever has it, so paper alone brings in."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
    )
    made_at = models.DateTimeField()

    def __str__(self):
        return f"Hold {self.pk}"


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        # Who is signed out by now has none: by the id, because a visitor is no row.
        return self.filter(user=user.pk)

    def unseen(self):
        return self.filter(seen_at=None)


class Notice(models.Model):
    """Something happened to somebody's sign-ins, and they have not said that they know."""

    class Kind(models.TextChoices):
        NEW = "NEW", _("A new sign-in")
        ENDED = "ENDED", _("All sign-ins ended")
        ADDRESS = "ADDRESS", _("A new way to reach you")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    # The new one, which is told nothing of itself. No key: it may be over by then.
    sign_in = models.UUIDField(null=True)
    device = models.CharField(max_length=10, choices=SignIn.Device, blank=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="ENDED") | models.Q(sign_in__isnull=False),
                name="signin_notice_of_which",
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "-at"],
                condition=models.Q(seen_at=None),
                name="signin_notice_unseen",
            ),
        ]

    def __str__(self):
        return f"Notice {self.pk}"


class KnownBrowser(models.Model):
    """Somebody of the staff came all the way in here before: known by a cookie of its own."""

    KNOWN_FOR = timedelta(days=180)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    # Of the cookie and the person, keyed: two people at one desk have a row each.
    mark = models.CharField(max_length=64)
    known_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "mark"], name="signin_browser_known_once"
            ),
        ]

    def __str__(self):
        return f"Known browser {self.pk}"


class KnockQuerySet(models.QuerySet):
    def visible_to(self, user):
        # Who is signed out by now has none: by the id, because a visitor is no row.
        return self.filter(user=user.pk)

    def waiting(self, at):
        return self.asked_since(at - Knock.OPEN_FOR)

    def asked_since(self, moment):
        """Not let in yet."""
        return self.filter(let_in_at=None, asked_at__gt=moment)


class Knock(models.Model):
    """Somebody gave both steps where nobody knows the browser: they wait to be let in.

    Gone with its sign-in. Unlike a sign-in it names the browser, so that the person can say
    whether it is theirs; it is gone within the hour.
    """

    OPEN_FOR = timedelta(minutes=15)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    sign_in = models.OneToOneField(
        SignIn, on_delete=models.CASCADE, related_name="knock"
    )
    browser = models.CharField(max_length=20)
    system = models.CharField(max_length=20)
    asked_at = models.DateTimeField(db_index=True)
    let_in_at = models.DateTimeField(null=True)
    let_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )

    objects = KnockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(let_in_at=None, let_in_by=None)
                | models.Q(let_in_at__isnull=False, let_in_by__isnull=False),
                name="signin_let_in_by_somebody",
            ),
        ]

    def __str__(self):
        return f"Knock {self.pk}"


class AddressProofQuerySet(models.QuerySet):
    def open(self, at):
        return self.filter(
            asked_at__gt=at - AddressProof.GOOD_FOR, tries__lt=AddressProof.MOST_TRIES
        )


class AddressProof(models.Model):
    """A client typed a new address, and a code is to show that it is theirs. One at a time.

    One that belongs to somebody else is asked for in the same way; its code goes nowhere.
    """

    sealed_for = "client"

    GOOD_FOR = timedelta(minutes=10)
    MOST_TRIES = 5

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=ContactPoint.Kind)
    value = EncryptedTextField()
    address_index = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(db_index=True)

    objects = AddressProofQuerySet.as_manager()

    def __str__(self):
        return f"Address proof {self.pk}"


class AddressChangeQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(client__user=user)

    def to_undo(self, at):
        return self.filter(undone_at=None, changed_at__gt=at - AddressChange.UNDO_FOR)


class AddressChange(models.Model):
    """A client replaced how they are reached, by themselves. The old address is told once."""

    UNDO_FOR = timedelta(days=7)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    # None where there was no address of this kind before.
    old = models.ForeignKey(
        ContactPoint, on_delete=models.CASCADE, null=True, related_name="+"
    )
    new = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="+")
    changed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = AddressChangeQuerySet.as_manager()

    def __str__(self):
        return f"Address change {self.pk}"
