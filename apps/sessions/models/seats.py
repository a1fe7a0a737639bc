"""Seats against the placement: who comes to one time more, or to one less, and who waits."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.care.models import Enrollment
from apps.sessions.models.occurrences import GroupSession


class OverrideQuerySet(models.QuerySet):
    def on_caseload_of(self, user, at):
        return self.filter(enrollment__in=Enrollment.objects.on_caseload_of(user, at))


class Override(models.Model):
    """An occurrence a client comes to, or does not, against their placement."""

    class Kind(models.TextChoices):
        ADDED = "ADDED", _("Also comes")
        DROPPED = "DROPPED", _("Does not come")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="overrides"
    )
    group_session = models.ForeignKey(
        GroupSession, on_delete=models.CASCADE, related_name="overrides"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    # The time it makes up for.
    makes_up = models.ForeignKey(
        GroupSession, on_delete=models.SET_NULL, null=True, related_name="made_up_by"
    )

    objects = OverrideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "group_session"], name="sessions_override_once"
            ),
            models.UniqueConstraint(
                fields=["enrollment", "makes_up"],
                condition=Q(makes_up__isnull=False),
                name="sessions_made_up_once",
            ),
            models.CheckConstraint(
                condition=Q(makes_up=None) | Q(kind="ADDED"),
                name="sessions_makes_up_by_coming",
            ),
        ]

    def __str__(self):
        return f"Override {self.pk}"


class AbsenceQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(taken_back_at=None)


class Absence(models.Model):
    """A client's own word that they cannot come to one time. Their seat is free for others.

    ``uuid`` is the number their phone gave to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="absences"
    )
    group_session = models.ForeignKey(
        GroupSession, on_delete=models.CASCADE, related_name="absences"
    )
    uuid = models.UUIDField()
    told_at = models.DateTimeField()
    # "I can come after all."
    taken_back_at = models.DateTimeField(null=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group_session", "enrollment"],
                condition=Q(taken_back_at=None),
                name="sessions_absence_once",
            ),
            models.UniqueConstraint(
                fields=["enrollment", "uuid"], name="sessions_absence_sent_once"
            ),
        ]

    def __str__(self):
        return f"Absence {self.pk}"


class WaitQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(enrollment__in=Enrollment.objects.of_client(user))

    def open(self):
        return self.filter(state__in=(Wait.State.WAITING, Wait.State.OFFERED))


class Wait(models.Model):
    """Somebody would take a seat in a full room. A seat that is offered is kept for them."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        OFFERED = "OFFERED", _("A seat is kept")
        TAKEN = "TAKEN", _("Took it")
        LET_GO = "LET_GO", _("Let it go")
        RAN_OUT = "RAN_OUT", _("The time ran out")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="waits"
    )
    group_session = models.ForeignKey(
        GroupSession, on_delete=models.CASCADE, related_name="waits"
    )
    makes_up = models.ForeignKey(
        GroupSession, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    uuid = models.UUIDField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    offer_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = WaitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group_session", "enrollment"],
                condition=Q(state__in=("WAITING", "OFFERED")),
                name="sessions_waits_once",
            ),
            models.UniqueConstraint(
                fields=["enrollment", "uuid"], name="sessions_wait_sent_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="OFFERED") | Q(offer_until__isnull=False),
                name="sessions_offer_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, state__in=("WAITING", "OFFERED"))
                | Q(ended_at__isnull=False, state__in=("TAKEN", "LET_GO", "RAN_OUT")),
                name="sessions_wait_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["group_session", "asked_at"],
                condition=Q(state="WAITING"),
                name="sessions_waiting",
            ),
            models.Index(
                fields=["offer_until"],
                condition=Q(state="OFFERED"),
                name="sessions_offers",
            ),
        ]

    def __str__(self):
        return f"Wait {self.pk}"
