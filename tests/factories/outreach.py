import datetime as dt

import factory
from factory.django import DjangoModelFactory

from apps.audit.actors import SYSTEM
from apps.care.services.status import wake_at
from apps.notifications.models import Channel, OutboxMessage
from apps.outreach.models import AnswerLink, Episode
from apps.sessions.services import close_roster, mark_attendance
from tests.conftest import NOON
from tests.factories.care import (
    AssignmentFactory,
    EnrollmentFactory,
    ProgramFactory,
)
from tests.factories.notifications import make_reachable
from tests.factories.sessions import GroupSessionFactory, SeriesFactory

DAY = dt.timedelta(days=1)


class EpisodeFactory(DjangoModelFactory):
    """A drift that opened today."""

    class Meta:
        model = Episode

    enrollment = factory.SubFactory(EnrollmentFactory)
    organization = factory.SelfAttribute("enrollment.organization")
    stage = Episode.Stage.DRIFTING
    subtype = Episode.Subtype.SILENT
    finding = factory.LazyFunction(
        lambda: {"rule": "consecutive", "evidence": {}, "opened_by": "consecutive"}
    )
    started_at = NOON
    opened_on = NOON.date()
    opened_at = NOON


class AnswerLinkFactory(DjangoModelFactory):
    class Meta:
        model = AnswerLink

    episode = factory.SubFactory(EpisodeFactory)
    channel = Channel.EMAIL
    token_hash = factory.Sequence(lambda n: f"{n:064}")
    created_at = NOON
    expires_at = NOON + 30 * DAY


class Story:
    """One client of a day program whose mornings are made and closed one by one.

    Mondays to Fridays at nine in Boston; the placement brings them on every weekday.
    """

    def __init__(self, *, series=None, level="IOP", zone="America/New_York", **client):
        program = series.program if series else ProgramFactory(site__timezone=zone)
        self.enrollment = EnrollmentFactory(
            client__organization=program.site.organization,
            program=program,
            placement__weekdays=(0, 1, 2, 3, 4),
            placement__level=level,
            client__preferred_name="Rosa",
            **{f"client__{key}": value for key, value in client.items()},
        )
        self.counselor = AssignmentFactory(
            enrollment=self.enrollment, staff__name="Ana"
        ).staff
        self.phone = make_reachable(self.enrollment)
        self.series = series or SeriesFactory(program=program, levels=[level])

    def session(self, day: dt.date):
        known = self.series.occurrences.filter(series_on=day).first()
        return known or GroupSessionFactory(series=self.series, on=day)

    def coming(self, first: dt.date, days: int = 10):
        """Sessions that are still to come."""
        for ahead in range(days):
            day = first + ahead * DAY
            if day.weekday() < 5:
                self.session(day)

    def came(self, day: dt.date, *, close=True):
        session = self.session(day)
        mark_attendance(
            group_session=session,
            enrollment=self.enrollment,
            status="PRESENT",
            at=session.starts_at,
            by=SYSTEM,
        )
        return self._close(session) if close else session

    def missed(self, day: dt.date):
        return self._close(self.session(day))

    def _close(self, session):
        close_roster(group_session=session, at=session.ends_at, by=SYSTEM)
        session.refresh_from_db()
        return session

    def contact(self, at):
        self.enrollment.status.refresh_from_db()
        self.enrollment.status.last_contact_at = at
        self.enrollment.status.save()

    def wake(self, at):
        wake_at(enrollment=self.enrollment, moment=at)

    @property
    def episode(self) -> Episode:
        return self.enrollment.episodes.get(closed_at=None)

    @property
    def messages(self):
        return OutboxMessage.objects.filter(client=self.enrollment.client).order_by(
            "send_after", "pk"
        )

    @property
    def steps(self) -> dict:
        return {
            step.code: "message"
            if step.message
            else "task"
            if step.task
            else step.skipped_because
            for episode in self.enrollment.episodes.all()
            for step in episode.steps.select_related("message", "task")
        }
