"""Two clients, two counselors, one of everything of Rosa's: for tests that try every page.

A page with a record in its path needs a line in ``SAMPLES``; what it names is made here
when it is first asked for.
"""

import datetime as dt
import hashlib
from functools import cached_property
from uuid import uuid4

from allauth.mfa.models import Authenticator

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.care.models import ContactPoint
from apps.care.services.concerns import raise_concern
from apps.care.services.enrollments import contact_index
from apps.care.services.pauses import pause
from apps.care.services.places import refer
from apps.care.services.tasks import create_task
from apps.checkins.services import write_private_note
from apps.disclosures.rules import Recipient
from apps.disclosures.services import letters, requests
from apps.disclosures.services.sharing import share
from apps.feeds.models import CalendarFeed
from apps.feeds.selectors import token_digest
from apps.feeds.services import read_feed
from apps.lifecycle.services import place_hold
from apps.outreach.models import AnswerLink
from apps.sessions.models import Topic, Wait
from apps.signin.factors import new_secret, seal_secret
from apps.signin.models import AddressChange, Knock, LateForm, Notice, SignIn
from tests.conftest import NOON
from tests.factories.care import (
    AssignmentFactory,
    OutsidePlaceFactory,
    ProgramItemFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.factories.checkins import (
    CheckinDayFactory,
    MomentFactory,
    ReplyFactory,
    WeeklyReviewFactory,
)
from tests.factories.disclosures import signed
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.outreach import EpisodeFactory
from tests.factories.plans import CommentFactory, PlanPersonFactory, PlanVersionFactory
from tests.factories.sessions import (
    AttendanceFactory,
    ClosureFactory,
    GroupSessionFactory,
    OneToOneFactory,
    OverrideFactory,
    RideFactory,
)

# In all words of Rosa's: a page that shows any of them shows this.
MARK = "Rosamark"
TOKEN = "t" * 43


class World:
    def __init__(self):
        self.hers = AssignmentFactory(
            enrollment__client__preferred_name=MARK,
            enrollment__client__user__handle="demo-rosa",
            staff__name="Ana",
        )
        self.enrollment = self.hers.enrollment
        self.rosa = self.enrollment.client
        self.organization = self.rosa.organization
        # The same house, the same room, another caseload.
        self.other = AssignmentFactory(
            enrollment__client__preferred_name="Dev",
            enrollment__client__organization=self.organization,
            enrollment__program=self.enrollment.program,
            staff__name="Kofi",
        )
        for staff in (self.hers.staff, self.other.staff):
            StaffRoleFactory(
                user=staff,
                organization=self.organization,
                site=self.enrollment.program.site,
            )

        # Ana answers for the house too, so that pages for who does have a reader.
        for role in ("SUPERVISOR", "FRONT_DESK", "ADMIN"):
            StaffRoleFactory(
                user=self.hers.staff, organization=self.organization, role=role
            )

    def whose(self, audience: str) -> User:
        """Whose page it is; Rosa's, when it is for anybody."""
        return self.hers.staff if audience == "staff" else self.rosa.user

    def stranger(self, audience: str) -> User:
        """The same kind of person, with nothing to do with Rosa."""
        other = self.other
        return other.staff if audience == "staff" else other.enrollment.client.user

    def wrong_kind(self, audience: str) -> User:
        return self.whose("client" if audience == "staff" else "staff")

    def make_everything(self) -> "World":
        for name in (
            "checkin",
            "reply",
            "moment",
            "private_note",
            "looked_back",
            "concern",
            "task",
            "told",
            "plan",
            "person",
            "group_session",
            "topic",
            "ride",
            "wait",
            "added_word",
            "weekly",
            "closure",
            "near",
            "answer_link",
            "message",
            "hold",
            "way_in",
            "sign_in",
            "knock",
            "knock_of_kofi",
            "new_address",
            "erasure",
            "consent",
            "shared",
            "letter",
            "asked",
            "notice",
            "pause",
            "referral",
            "override",
            "colleague",
            # Last: it says what all the others make of her weeks.
            "calendar",
        ):
            getattr(self, name)
        return self

    @cached_property
    def checkin(self):
        return CheckinDayFactory(enrollment=self.enrollment, craving=8, note=MARK)

    @cached_property
    def added_word(self):
        return ProgramItemFactory(program=self.enrollment.program)

    @cached_property
    def reply(self):
        return ReplyFactory(day=self.checkin, by=self.hers.staff, text=MARK)

    @cached_property
    def private_note(self):
        return write_private_note(
            client=self.rosa, uuid=uuid4(), text=MARK, craving=9, at=NOON
        )

    @cached_property
    def topic(self):
        """Brought to the room of ``group_session``, in her own words."""
        return Topic.objects.create(
            enrollment=self.enrollment,
            group_session=self.group_session,
            content={"words": MARK},
        )

    @cached_property
    def moment(self):
        return MomentFactory(enrollment=self.enrollment)

    @cached_property
    def looked_back(self):
        return WeeklyReviewFactory(enrollment=self.enrollment)

    @cached_property
    def concern(self):
        return raise_concern(
            enrollment=self.enrollment,
            rule="R05",
            version=1,
            evidence={"craving": 8, "triggers": ["trg.time.payday"]},
            priority=2,
            due_at=NOON + dt.timedelta(hours=1),
            source="CHECKIN",
            source_key="sample",
            at=NOON,
            by=Actor(),
        )

    @cached_property
    def task(self):
        return create_task(
            kind="CALL",
            organization_id=self.organization.pk,
            enrollment=self.enrollment,
            assignee=self.hers.staff,
            source="SAMPLE",
            source_key="sample",
            due_at=NOON + dt.timedelta(hours=1),
            at=NOON,
            by=Actor(),
        )

    @cached_property
    def told(self):
        """A task of Ana's alone: somebody opened a record with a reason."""
        return create_task(
            kind="GLASS",
            organization_id=self.organization.pk,
            assignee=self.hers.staff,
            details={"who": "Kofi", "name": MARK, "reason": "A sample of a reason."},
            source="GLASS",
            source_key="sample",
            due_at=NOON,
            at=NOON,
            by=Actor(),
        )

    @cached_property
    def plan(self):
        version = PlanVersionFactory(
            client=self.rosa, state="SUBMITTED", content={"why": {"lines": [MARK]}}
        )
        CommentFactory(version=version, by=self.hers.staff, text=MARK)
        return version

    @cached_property
    def person(self):
        return PlanPersonFactory(client=self.rosa)

    @cached_property
    def weekly(self):
        """Of the house: a group that names nobody."""
        return GroupSessionFactory(
            series__program=self.enrollment.program,
            series__title="Open group",
            series__facilitator=self.other.staff,
            on=NOON.date() + dt.timedelta(days=1),
        )

    @cached_property
    def closure(self):
        return ClosureFactory(site=self.enrollment.program.site)

    @cached_property
    def near(self):
        return OutsidePlaceFactory(site=self.enrollment.program.site)

    @cached_property
    def group_session(self):
        """Rosa's one-to-one, so that nobody else is expected."""
        group_session = OneToOneFactory(
            enrollment=self.enrollment, on=NOON.date(), facilitator=self.hers.staff
        )
        AttendanceFactory(group_session=group_session, enrollment=self.enrollment)
        return group_session

    @cached_property
    def wait(self):
        """In line for another room of the house."""
        room = GroupSessionFactory(
            series__program=self.enrollment.program, on=NOON.date(), capacity=1
        )
        return Wait.objects.create(
            enrollment=self.enrollment,
            group_session=room,
            uuid=uuid4(),
            asked_at=NOON,
            state=Wait.State.OFFERED,
            offer_until=NOON + dt.timedelta(hours=1),
        )

    @cached_property
    def ride(self):
        return RideFactory(
            enrollment=self.enrollment,
            group_session=self.group_session,
            on=NOON.date(),
            booked_by=self.hers.staff,
            words=MARK,
        )

    @cached_property
    def answer_link(self):
        return AnswerLink.objects.create(
            token_hash=hashlib.sha256(TOKEN.encode()).hexdigest(),
            episode=EpisodeFactory(enrollment=self.enrollment),
            channel="EMAIL",
            created_at=NOON,
            expires_at=NOON + dt.timedelta(days=1),
        )

    @cached_property
    def calendar(self):
        """Read today already, so that reading it once more writes nothing."""
        feed = CalendarFeed.objects.create(
            organization=self.organization,
            client=self.rosa,
            token_hash=token_digest(TOKEN),
            created_at=NOON,
            expires_at=NOON + dt.timedelta(days=180),
            body_changed_at=NOON,
        )
        assert self.group_session
        read_feed(feed=feed, at=NOON)
        return feed

    @cached_property
    def pause(self):
        return pause(
            enrollment=self.enrollment,
            kind="TRAVEL",
            from_on=NOON.date() + dt.timedelta(days=40),
            to_on=None,
            note=MARK,
            at=NOON,
            by=self._by(self.hers.staff),
        )

    @cached_property
    def referral(self):
        return refer(
            enrollment=self.enrollment,
            kind="HOUSING",
            place=MARK,
            made_on=NOON.date(),
            at=NOON,
            by=self._by(self.hers.staff),
        )

    @cached_property
    def override(self):
        """A day of Rosa's that is other than usual."""
        return OverrideFactory(
            enrollment=self.enrollment,
            group_session__on=NOON.date() + dt.timedelta(days=2),
            group_session__series__program=self.enrollment.program,
        )

    @cached_property
    def message(self):
        return OutboxMessageFactory(enrollment=self.enrollment, body=MARK)

    @cached_property
    def hold(self):
        return place_hold(
            client=self.rosa, reason=MARK, user=self.hers.staff, at=NOON, by=Actor()
        )

    @cached_property
    def late_form(self):
        return LateForm.objects.create(
            user=self.rosa.user,
            path_index="x",
            content={"path": "/plan/why/", "page": "/plan/why/", "fields": []},
            kept_at=NOON,
        )

    @cached_property
    def way_in(self):
        """An app of Ana's, and her only one."""
        staff = self.hers.staff
        sealed = seal_secret(staff, new_secret())
        return Authenticator.objects.create(
            user=staff,
            type=Authenticator.Type.TOTP,
            data={"secret": sealed, "last_step": 0},
            created_at=NOON,
        )

    @cached_property
    def sign_in(self):
        """Rosa's, at another browser."""
        return SignIn.objects.create(
            user=self.rosa.user,
            session_key="x",
            device=SignIn.Device.COMPUTER,
            began_at=NOON,
            seen_at=NOON,
        )

    @cached_property
    def knock(self):
        """Somebody wants to come in as Ana."""
        return self._knock(self.hers.staff, "y")

    @cached_property
    def colleague(self):
        """Somebody of the house with no clients, whom an admin may end."""
        return StaffFactory(organization_id=self.organization.pk)

    @cached_property
    def knock_of_kofi(self):
        return self._knock(self.other.staff, "z")

    def _knock(self, user, session_key):
        elsewhere = SignIn.objects.create(
            user=user,
            session_key=session_key,
            device=SignIn.Device.COMPUTER,
            began_at=NOON,
            seen_at=NOON,
        )
        return Knock.objects.create(
            user=user,
            sign_in=elsewhere,
            browser="Chrome",
            system="Linux",
            asked_at=NOON,
        )

    @cached_property
    def new_address(self):
        """Rosa's new mailbox; she had none before."""
        point = ContactPoint.objects.create(
            client=self.rosa,
            kind="EMAIL",
            value="rosa.new@example.org",
            value_index=contact_index("EMAIL", "rosa.new@example.org"),
            verified_at=NOON,
        )
        return AddressChange.objects.create(
            client=self.rosa, new=point, changed_at=NOON
        )

    @cached_property
    def consent(self):
        """Signed by Rosa."""
        return signed(
            self.rosa, recipient=Recipient(MARK, "CARE"), by=self._by(self.hers.staff)
        )

    @cached_property
    def shared(self):
        return share(
            client=self.rosa,
            recipient=Recipient(MARK, "CARE"),
            category="ATTENDANCE",
            purpose=self.consent.purpose,
            what=MARK,
            at=NOON,
            by=self._by(self.hers.staff),
        )

    @cached_property
    def letter(self):
        return letters.make(
            enrollment=self.enrollment,
            consent=self.consent,
            from_on=NOON.date(),
            to_on=NOON.date(),
            at=NOON,
            by=self._by(self.hers.staff),
        )

    @cached_property
    def asked(self):
        return requests.ask(
            client=self.rosa,
            kind="CORRECT",
            words=MARK,
            at=NOON,
            by=self._by(self.rosa.user),
        )

    @cached_property
    def erasure(self):
        return requests.ask_to_erase(
            client=self.rosa, words=MARK, at=NOON, by=self._by(self.rosa.user)
        )

    def _by(self, user) -> Actor:
        return Actor(user.pk, user.kind, self.organization.pk)

    @cached_property
    def notice(self):
        return Notice.objects.create(
            user=self.rosa.user, kind=Notice.Kind.ENDED, at=NOON
        )


# Without these the answer is that there is no such part.
TYPED = {"desk:plan_comment": {"section": "why", "text": "Good."}}
# By the name of the route: what stands in its path, as Rosa's.
SAMPLES = {
    "signin:staff_member": lambda w: {"pk": w.other.staff.pk},
    "signin:staff_let_in": lambda w: {
        "pk": w.other.staff.pk,
        "knock_id": w.knock_of_kofi.pk,
    },
    "signin:staff_again": lambda w: {"pk": w.colleague.pk},
    "signin:staff_role": lambda w: {"pk": w.colleague.pk},
    "signin:staff_role_away": lambda w: {
        "pk": w.colleague.pk,
        "role_id": w.colleague.staff_roles.first().pk,
    },
    "signin:staff_reset": lambda w: {"pk": w.colleague.pk},
    "signin:staff_end": lambda w: {"pk": w.colleague.pk},
    "records:erasure": lambda w: {"pk": w.erasure.pk},
    "records:erase_now": lambda w: {"pk": w.erasure.pk},
    "signin:reach_back": lambda w: {"pk": w.new_address.pk},
    "signin:let_in": lambda w: {"pk": w.knock.pk},
    "signin:close_door": lambda w: {"pk": w.knock.pk},
    "checkins:moment_after": lambda w: {"uuid": w.moment.uuid},
    "checkins:moment_call": lambda w: {"uuid": w.moment.uuid},
    "checkins:moment_helped": lambda w: {"uuid": w.moment.uuid},
    "checkins:moment_tool": lambda w: {"uuid": w.moment.uuid},
    "checkins:moment_try": lambda w: {"uuid": w.moment.uuid},
    "checkins:moment_what": lambda w: {"uuid": w.moment.uuid},
    "checkins:mine_note": lambda w: {"pk": w.private_note.pk},
    "checkins:mine_erase": lambda w: {"pk": w.private_note.pk},
    "home:bring_back": lambda w: {"pk": w.topic.pk},
    "desk:told": lambda w: {"client_id": w.rosa.pk},
    "desk:paper": lambda w: {"client_id": w.rosa.pk},
    "checkins:question": lambda w: {"slug": "mood"},
    "checkins:weekly_question": lambda w: {"slug": "2"},
    "checkins:weekly_past": lambda w: {"pk": w.looked_back.pk},
    "desk:weekly": lambda w: {"client_id": w.rosa.pk},
    "checkins:read_reply": lambda w: {"pk": w.reply.pk},
    "demo:sign_in": lambda w: {"user_id": w.rosa.user_id},
    "desk:client": lambda w: {"client_id": w.rosa.pk},
    **{
        f"desk:care{name}": lambda w: {"client_id": w.rosa.pk}
        for name in (
            "",
            "_level",
            "_level_back",
            "_end",
            "_again",
            "_away",
            "_home",
            "_place",
            "_day",
            "_instead",
        )
    },
    "desk:care_away_change": lambda w: {"client_id": w.rosa.pk, "pk": w.pause.pk},
    "desk:care_place_change": lambda w: {"client_id": w.rosa.pk, "pk": w.referral.pk},
    "desk:care_day_back": lambda w: {"client_id": w.rosa.pk, "pk": w.override.pk},
    "desk:close": lambda w: {"client_id": w.rosa.pk},
    "desk:hold": lambda w: {"client_id": w.rosa.pk},
    "desk:hold_lift": lambda w: {"client_id": w.rosa.pk},
    "desk:invite": lambda w: {"client_id": w.rosa.pk},
    "desk:invite_back": lambda w: {"client_id": w.rosa.pk},
    "desk:noted": lambda w: {"task_id": w.told.pk},
    "desk:outbox_answer": lambda w: {"message_id": w.message.pk},
    "desk:plan": lambda w: {"version_id": w.plan.pk},
    "desk:plan_agree": lambda w: {"version_id": w.plan.pk},
    "desk:plan_comment": lambda w: {"version_id": w.plan.pk},
    "desk:plan_ideas": lambda w: {"version_id": w.plan.pk},
    "desk:plan_keep": lambda w: {"version_id": w.plan.pk},
    "desk:plan_read": lambda w: {"version_id": w.plan.pk},
    "desk:reply": lambda w: {"day_id": w.checkin.pk},
    "desk:roster": lambda w: {"session_id": w.group_session.pk},
    "sessions:instead": lambda w: {"session_id": w.group_session.pk},
    "sessions:not_coming": lambda w: {"session_id": w.group_session.pk},
    "sessions:coming": lambda w: {"session_id": w.group_session.pk},
    "sessions:take": lambda w: {"session_id": w.group_session.pk},
    "sessions:wait": lambda w: {"session_id": w.group_session.pk},
    "sessions:ask": lambda w: {"session_id": w.group_session.pk},
    "sessions:kept": lambda w: {"wait_id": w.wait.pk},
    "api:not_coming": lambda w: {"session_id": w.group_session.pk},
    "api:instead": lambda w: {"session_id": w.group_session.pk},
    "desk:ride_off": lambda w: {"ride_id": w.ride.pk},
    "desk:rides": lambda w: {"client_id": w.rosa.pk},
    "desk:roster_everybody": lambda w: {"session_id": w.group_session.pk},
    "desk:roster_undo": lambda w: {"session_id": w.group_session.pk},
    "desk:roster_cancel": lambda w: {"session_id": w.group_session.pk},
    "desk:roster_change": lambda w: {"session_id": w.group_session.pk},
    "desk:roster_close": lambda w: {"session_id": w.group_session.pk},
    "desk:roster_mark": lambda w: {
        "session_id": w.group_session.pk,
        "enrollment_id": w.enrollment.pk,
    },
    "desk:seen": lambda w: {"day_id": w.checkin.pk},
    "desk:undo": lambda w: {"client_id": w.rosa.pk},
    **{
        f"desk:{name}": lambda w: {"occurrence_id": w.weekly.pk}
        for name in ("week_change", "week_end", "week_single_day")
    },
    "desk:week_reopen": lambda w: {"closure_id": w.closure.pk},
    "feeds:feed": lambda w: {"token": w.calendar and TOKEN},
    "feeds:one": lambda w: {"session_id": w.group_session.pk},
    "feeds:renew": lambda w: {"pk": w.calendar.pk},
    "feeds:stop": lambda w: {"pk": w.calendar.pk},
    "outreach:answer": lambda w: {"token": w.answer_link and TOKEN},
    "outreach:sms_status": lambda w: {"message_id": w.message.pk},
    "phone:lost": lambda w: {"client_id": w.rosa.pk},
    "phone:offline": lambda w: {"language": "en"},
    "phone:offline_page": lambda w: {"language": "en", "page": "help"},
    "plans:person": lambda w: {"person_id": w.person.pk},
    "plans:section": lambda w: {"slug": "why"},
    "plans:take_out": lambda w: {"slug": "kit"},
    **{
        f"records:{name}": lambda w: {"pk": w.consent.pk}
        for name in ("consent", "sign", "decline", "take_back")
    },
    **{
        f"records:{name}": lambda w: {"client_id": w.rosa.pk, "pk": w.consent.pk}
        for name in ("client_consent", "note_event", "take_off", "note_shared")
    },
    **{
        f"records:{name}": lambda w: {"pk": w.letter.pk}
        for name in ("letter", "open_letter", "object_to")
    },
    **{
        f"records:{name}": lambda w: {"client_id": w.rosa.pk, "pk": w.letter.pk}
        for name in ("client_letter", "give_out")
    },
    "records:new_letter": lambda w: {"client_id": w.rosa.pk, "pk": w.consent.pk},
    "records:client_request": lambda w: {"client_id": w.rosa.pk, "pk": w.asked.pk},
    "records:client_records": lambda w: {"client_id": w.rosa.pk},
    "records:propose": lambda w: {"client_id": w.rosa.pk, "slug": "some"},
    "setup:site": lambda w: {"site_id": w.enrollment.program.site_id},
    "setup:change_site": lambda w: {"site_id": w.enrollment.program.site_id},
    "setup:new_program": lambda w: {"site_id": w.enrollment.program.site_id},
    "setup:change_program": lambda w: {"program_id": w.enrollment.program_id},
    "setup:reasons_of": lambda w: {"program_id": w.enrollment.program_id},
    "setup:new_series": lambda w: {"program_id": w.enrollment.program_id},
    "setup:checkins": lambda w: {"site_id": w.enrollment.program.site_id},
    "setup:questions": lambda w: {"program_id": w.enrollment.program_id},
    "setup:words": lambda w: {
        "program_id": w.enrollment.program_id,
        "which": "sets-off",
    },
    "setup:new_word": lambda w: {
        "program_id": w.enrollment.program_id,
        "which": "sets-off",
    },
    "setup:word": lambda w: {"item_id": w.added_word.pk},
    "setup:level": lambda w: {"level_id": w.enrollment.placements.get().level_id},
    "setup:nearby_new": lambda w: {"site_id": w.enrollment.program.site_id},
    "setup:nearby_change": lambda w: {"pk": w.near.pk},
    "setup:nearby_checked": lambda w: {"pk": w.near.pk},
    "setup:nearby_shown": lambda w: {"pk": w.near.pk},
    "signin:let_go": lambda w: {"pk": w.late_form.pk},
    "signin:end_place": lambda w: {"pk": w.sign_in.pk},
    "signin:invitation": lambda w: {"token": TOKEN},
    "signin:remove_key": lambda w: {"pk": 0},
    "signin:remove_way_in": lambda w: {"pk": w.way_in.pk},
    "signin:say_seen": lambda w: {"pk": w.notice.pk},
}
# What stands in these paths names no record, or an id that a phone made: with an id that
# is not theirs, people get what they would get with one that nobody made.
NAMES_NO_RECORD = {
    "checkins:moment_after",
    "checkins:moment_call",
    "checkins:moment_helped",
    "checkins:moment_tool",
    "checkins:moment_try",
    "checkins:moment_what",
    "checkins:question",
    "checkins:weekly_question",
    "phone:offline",
    "phone:offline_page",
    "plans:section",
    "plans:take_out",
    "signin:remove_key",
    "signin:remove_way_in",
}
# POST without a token of ours: signed by the sender instead, and refused when it is not.
SIGNED_BY_THE_SENDER = {"outreach:sms_inbound", "outreach:sms_status"}
# POST without a token of ours: what is trusted lies sealed inside (tests/phone/test_drop).
SEALED_BY_THE_PHONE = {"api:drop"}
