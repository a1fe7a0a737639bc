"""A house where everything happened, so that every page has something in each state."""

import datetime as dt
import uuid
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from apps.audit.actors import SYSTEM, Actor
from apps.audit.services import record
from apps.care.models import Enrollment, SiteLine
from apps.care.services.enrollments import add_contact_point
from apps.care.services.invitations import invite_client, invite_staff
from apps.checkins.models import Pace
from apps.checkins.services import write_private_note
from apps.disclosures.services import consents, downloads, letters, notices, requests
from apps.disclosures.services.sharing import share
from apps.lifecycle.services import lift_hold, place_hold
from apps.outreach.links import answer_link, find_link
from apps.outreach.services import answer_by_link, sweep
from apps.sessions.services import (
    answer_barrier,
    book_ride,
    bring_topic,
    cancel_session,
    cannot_come,
    change_session,
    close_roster,
    keep_ahead,
    mark_attendance,
    mark_everybody,
    roster_tasks,
    set_holidays,
)
from apps.signin import factors, locks, proof
from apps.signin import notices as sign_in_notices
from apps.signin.models import (
    AddressChange,
    AddressProof,
    Knock,
    Notice,
    SignIn,
)
from tests.browser.house import DAY, TODAY, House
from tests.browser.house_levels import levels_over_time
from tests.browser.house_weekly import weeks_looked_back
from tests.conftest import NOON
from tests.factories.care import (
    EnrollmentFactory,
    OutsidePlaceFactory,
    ProgramItemFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.factories.checkins import DraftFactory, MomentFactory, ReplyFactory
from tests.factories.disclosures import COURT, proposed, signed
from tests.factories.feeds import CalendarFeedFactory
from tests.factories.notifications import OutboxMessageFactory, make_reachable
from tests.factories.outreach import EpisodeFactory
from tests.factories.plans import (
    CommentFactory,
    PlanPersonFactory,
    PlanVersionFactory,
)
from tests.factories.sessions import ClosureFactory, OneToOneFactory

HOUR = dt.timedelta(hours=1)
EVERY_QUESTION = {
    "craving_peak": 8,
    "triggers": ["trg.time.payday"],
    "coping_used": [],
    "mood": 2,
    "sleep": "badly",
    "body": ["tired"],
    "confidence": 4,
    "use_reported": "yes",
    "use_what": ["alcohol"],
    "contact_request": "today",
    "feels_safe": "no",
}


class FullHouse(House):
    # What pages that have no reader of their own are read in.
    language = "en"
    looked_back = None
    # What their sessions say: some have given their code and are asked for more; some
    # have not shown for a while that it is them.
    MARKS = {
        "ruth": {proof.FACTOR_AT: None},
        "mina": {proof.FACTOR_AT: None},
        "kofi": {proof.FACTOR_AT: 1},
        "gone": {proof.PROVEN_AT: 1},
        "vera": {proof.FACTOR_AT: None, proof.WAITS_SINCE: NOON.timestamp()},
    }

    def __init__(self):
        super().__init__()
        for kind, label in (("PROGRAM", "Front desk"), ("AFTER_HOURS", "Evenings")):
            SiteLine.objects.create(
                site=self.program.site,
                kind=kind,
                label=label,
                number="617-555-0110",
                hours="Mon–Fri 8:30–5:30",
                last_checked_on=TODAY - 20 * DAY,
            )
        self.near = OutsidePlaceFactory(
            site=self.program.site,
            about="Open to all. Coffee from 6:45.",
            days=[1, 3],
            starts_at=dt.time(19),
            languages=["en", "es"],
        )
        OutsidePlaceFactory(
            site=self.program.site,
            kind="FOOD",
            name="Harbor pantry",
            last_checked_on=TODAY - 101 * DAY,
        )
        for up_to in (20, 35, 45, 70, 160):
            Pace.objects.create(
                organization_id=self.program.site.organization_id,
                program=self.program,
                week_on=TODAY - TODAY.weekday() * DAY,
                up_to=up_to,
                count=6,
            )
        # Somebody new, with nothing of anybody's.
        self.kofi = self.counselor("Kofi")
        self.ruth = self.counselor("Ruth")
        self.mina = self.counselor("Mina")
        self.give_ways_in()
        self.walt = self.client("Walt")
        self.beth = self.client("Beth", client__user=None, state="INVITED")
        self.nell = self.client("Nell", client__no_phone=True)
        self.sara = self.client("Sara", client__monitored_phone=True)
        self.lin = self.client("Lin", client__interpreter_language="Mandarin")
        self.otto = self.client("Otto")
        self.lola = self.client("Lola")
        self.make_locks()
        self.gone = self.client(
            "Hank", state=Enrollment.State.ENDED, ended_on=TODAY, end_reason="COMPLETED"
        )
        add_contact_point(
            client=self.gone.client,
            kind="EMAIL",
            value="hank@example.org",
            at=NOON,
            by=SYSTEM,
        )
        # Of another house, where nobody reads check-ins yet.
        self.nowhere = EnrollmentFactory(
            client__preferred_name="Quin", program__site__checkins_on=False
        )
        SiteLine.objects.create(
            site=self.nowhere.program.site,
            kind="PROGRAM",
            label="Front desk",
            number="617-555-0120",
            hours="Mon–Fri 9–5",
            last_checked_on=TODAY - 20 * DAY,
        )
        self.added_word = ProgramItemFactory(program=self.program)
        self.sign_in_elsewhere()
        self.make_days_of_rosa()
        self.make_check_ins()
        self.make_notes()
        self.make_plans()
        self.make_rooms()
        self.make_arrivals()
        levels_over_time(self)
        weeks_looked_back(self)
        self.make_drift()
        self.make_records()
        self.make_calendars()
        self.handout = invite_client(client=self.beth.client, at=NOON, by=self.by_ana)
        self.lourdes = self.counselor("Lourdes", role="SUPERVISOR")
        self.alex = self.counselor("Alex", role="ADMIN")
        self.level = self.rosa.placements.get().level
        self.hold_a_record()
        self.make_looks()
        self.make_doors()
        self.make_addresses()
        self.make_erasures()

    @property
    def by_ana(self) -> Actor:
        return Actor(self.ana.pk, self.ana.kind, self.organization.pk, source="WEB")

    def hold_a_record(self):
        """Lin's, for the second time."""
        about = {"client": self.lin.client, "user": self.lourdes, "by": self.by_ana}
        first = place_hold(**about, reason="A lawyer wrote to us.", at=NOON - 40 * DAY)
        about.pop("client")
        lift_hold(hold=first, at=NOON - 20 * DAY, **about)
        place_hold(
            client=self.lin.client,
            reason="The board asked for this record on October 1. Ask Lourdes first.",
            at=NOON - 10 * DAY,
            **about,
        )

    def make_doors(self):
        """Vera waits, somebody wants to come in as Noa, and Pat was invited."""
        self.alex = self.counselor("Alex", role="ADMIN")
        self.vera, self.noa = self.counselor("Vera"), self.counselor("Noa")
        Authenticator.objects.create(
            user=self.vera,
            type=factors.PASSKEY,
            data={"name": "Phone"},
            created_at=NOON - DAY,
        )
        elsewhere = SignIn.objects.create(
            user=self.noa,
            session_key="x",
            device="COMPUTER",
            began_at=NOON,
            seen_at=NOON,
        )
        self.knock = Knock.objects.create(
            user=self.noa,
            sign_in=elsewhere,
            browser="Chrome",
            system="Linux",
            asked_at=NOON,
        )
        self.pat = self.counselor("Pat")
        self.left = self.counselor("Lee")
        self.left.last_login, self.left.is_active = NOON - DAY, False
        self.pat.is_active = False
        for user in (self.pat, self.left):
            user.save()
        invite_staff(staff=self.pat, at=NOON, by=self.by_ana)

    def make_addresses(self):
        """Otto changed his number; Tess waits for a code."""
        old, new = (
            add_contact_point(
                client=self.otto.client,
                kind="PHONE",
                value=f"+161755501{n}",
                at=NOON,
                by=SYSTEM,
            )
            for n in (66, 77)
        )
        old.stopped_at, new.verified_at = NOON, NOON
        for point in (old, new):
            point.save()
        AddressChange.objects.create(
            client=self.otto.client, old=old, new=new, changed_at=NOON
        )
        AddressProof.objects.create(
            client=self.tess.client,
            kind="PHONE",
            value="+16175550188",
            address_index="x",
            code_hash="x",
            asked_at=NOON,
        )

    def make_erasures(self):
        """Dev asked; Lin's is held; Noor's and Hank's are agreed, Andre's is not."""
        self.erase = {}
        for who, answer in (
            (self.dev, None),
            (self.lin, None),
            (self.noor, True),
            (self.gone, True),
            (self.andre, False),
        ):
            words = "I am done here. Please let nothing be left."
            asked = requests.ask_to_erase(
                client=who.client, words=words, at=NOON, by=SYSTEM
            )
            self.erase[who.client.preferred_name] = asked
            if answer is not None:
                requests.answer(
                    request=asked,
                    agreed=answer,
                    words="When your care here has ended."
                    if answer
                    else "The law makes us keep it until 2033.",
                    at=NOON,
                    by=Actor(
                        self.lourdes.pk, "STAFF", self.organization.pk, source="WEB"
                    ),
                )

    def make_looks(self):
        """Ana's of a day of work, and one of somebody who does not look after Rosa."""
        rosa = self.rosa.client_id
        with transaction.atomic():
            for hours in range(6):
                at = NOON - hours * HOUR
                listed = [rosa, self.walt.client_id, self.nell.client_id]
                record(action="desk.client_read", at=at, by=self.by_ana, client_id=rosa)
                record(
                    action="desk.board_read",
                    at=at,
                    by=self.by_ana,
                    client_ids=[*listed, self.lin.client_id, self.sara.client_id],
                )
            kofi = Actor(
                self.kofi.pk,
                "STAFF",
                self.organization.pk,
                "WEB",
                None,
                "198.51.100.0/24",
            )
            record(action="desk.client_read", at=NOON - DAY, by=kofi, client_id=rosa)

    def give_ways_in(self):
        """Ruth has none yet."""
        secret = factors.seal_secret(self.ana, factors.new_secret())
        app = {"secret": secret, "last_step": 0}
        for user, kind, data in (
            (self.ana, factors.PASSKEY, {"name": "Laptop at work"}),
            (self.ana, factors.APP, app),
            (self.mina, factors.PASSKEY, {"name": "Phone"}),
            (self.kofi, factors.PASSKEY, {"name": "Phone"}),
        ):
            Authenticator.objects.create(
                user=user, type=kind, data=data, created_at=NOON - DAY
            )

    def make_locks(self):
        """Otto's opens with his phone and is open; Lola's is closed."""
        otto, lola = self.otto.client.user, self.lola.client.user
        Authenticator.objects.create(
            user=otto,
            type=factors.PASSKEY,
            data={"name": "PHONE"},
            created_at=NOON - DAY,
        )
        locks.switch_on(user=otto, pin="", at=NOON, by=SYSTEM)
        locks.switch_on(user=lola, pin="271828", at=NOON, by=SYSTEM)
        sign_in_notices.note_end(user=otto, at=NOON - DAY)
        Notice.objects.create(
            user=otto, kind="NEW", sign_in=uuid.uuid4(), device="COMPUTER", at=NOON
        )

    def sign_in_elsewhere(self):
        for user, device in ((self.ana, "PHONE"), (self.rosa.client.user, "COMPUTER")):
            session = SessionStore()
            session.create()
            SignIn.objects.create(
                user=user,
                session_key=session.session_key,
                device=device,
                began_at=NOON - HOUR,
                seen_at=NOON,
            )

    def make_days_of_rosa(self):
        for ago in range(20, 0, -1):
            answers = {"craving_peak": (ago * 7) % 10, "note": "Long day."}
            answers = {"craving_peak": (ago * 7) % 10}
            self.checked_in(self.rosa, NOON - ago * DAY, note="Long day.", **answers)
        today = self.checked_in(
            self.rosa, NOON, craving_peak=8, contact_request="today", feels_safe="yes"
        )
        ReplyFactory(day=today, by=self.ana, text="I'll call at four.")
        before = self.rosa.checkin_days.get(local_on=TODAY - DAY)
        ReplyFactory(day=before, by=self.ana, at=NOON - DAY, read_at=NOON - DAY)
        self.moment = MomentFactory(enrollment=self.rosa, occurred_at=NOON - HOUR / 2)
        self.rated_moment = MomentFactory(
            enrollment=self.rosa,
            occurred_at=NOON - 3 * HOUR,
            craving_after=2,
            details={"tool": "cop.dbt.ground"},
        )
        self.draft_moment = DraftFactory(
            enrollment=self.rosa, kind="MOMENT", answers={"craving": 7}
        )
        OneToOneFactory(
            enrollment=self.rosa,
            facilitator=self.ana,
            on=TODAY + DAY,
            site=self.program.site,
        )

    def make_check_ins(self):
        """Each way to end, and one that is half done with every question in it."""
        self.dev = self.client("Dev", client__profile={"medications": ["naltrexone"]})
        DraftFactory(enrollment=self.dev, answers=EVERY_QUESTION)
        self.tess = self.client("Tess", client__profile={"opioid_history": True})
        self.checked_in(
            self.tess,
            NOON,
            **EVERY_QUESTION | {"use_what": ["opioids"], "unsafe_because": "someone"},
        )
        self.andre = self.client("Andre")
        self.checked_in(self.andre, NOON, craving_peak=8, feels_safe="yes")
        self.noor = self.client("Noor")
        self.checked_in(self.noor, NOON, contact_request="next")

    def make_plans(self):
        rosa = self.rosa.client
        agreed = {"client": rosa, "state": "APPROVED", "decided_by": self.ana}
        PlanVersionFactory(**agreed, decided_at=NOON - 9 * DAY)
        self.ideas = PlanVersionFactory(
            client=rosa, number=2, state="CHANGES_REQUESTED", decided_by=self.ana
        )
        CommentFactory(version=self.ideas, by=self.ana, section="", text="So clear.")
        CommentFactory(version=self.ideas, by=self.ana)
        CommentFactory(version=self.ideas, by=self.ana, section="if_then", step="i1")
        self.dee = PlanPersonFactory(client=rosa)
        self.sent = PlanVersionFactory(client=self.dev.client, state="SUBMITTED")
        self.read = PlanVersionFactory(
            client=self.tess.client, number=2, state="IN_REVIEW"
        )
        PlanPersonFactory(client=self.tess.client)
        CommentFactory(version=self.read, by=self.ana)
        self.agreed = PlanVersionFactory(
            client=self.andre.client,
            state="APPROVED",
            decided_by=self.ana,
            review_due_on=TODAY + 3 * DAY,
        )
        self.written = PlanVersionFactory(client=self.noor.client)

    def make_rooms(self):
        """Today's is open and half marked; there is one of every other kind around it."""
        people = (self.rosa, self.dev, self.tess, self.walt)
        for ago in (9, 8, 6):
            room = self.morning(TODAY - ago * DAY)
            for person in people:
                mark_attendance(
                    group_session=room,
                    enrollment=person,
                    status="PRESENT" if person != self.dev else "EXCUSED",
                    reason="WORK" if person == self.dev else "",
                    at=room.ends_at,
                    by=self.by_ana,
                )
            close_roster(group_session=room, at=room.ends_at, by=self.by_ana)
        self.closed = room
        self.forgotten = self.morning(TODAY - 2 * DAY)
        keep_ahead(NOON - 6 * HOUR, SYSTEM)
        by_day = {room.local_on: room for room in self.mornings.occurrences.all()}
        self.room = by_day[TODAY]
        for person in (self.lin, self.nell):
            placement = person.placements.get()
            placement.weekdays = [0, 2, 4]
            placement.save()
        mark_attendance(
            group_session=self.room,
            enrollment=self.nell,
            status="PRESENT",
            at=NOON,
            by=self.by_ana,
        )
        self.cancelled = by_day[TODAY + DAY]
        cancel_session(
            group_session=self.cancelled, note="Snow day", at=NOON, by=self.by_ana
        )
        self.moved = by_day[TODAY + 2 * DAY]
        change_session(
            group_session=self.moved,
            starts_at=self.moved.starts_at + HOUR,
            room="Room 4",
            facilitator=self.ana,
            at=NOON,
            by=self.by_ana,
        )
        cannot_come(
            enrollment=self.tess,
            group_session=self.moved,
            uuid=uuid.uuid4(),
            reason="WORK",
            at=NOON,
            by=self.by_ana,
        )
        for content in ({"code": "trg.time.payday"}, {"words": "My brother's wedding"}):
            bring_topic(enrollment=self.rosa, content=content, at=NOON, by=SYSTEM)
        self.coming = by_day[TODAY + 5 * DAY]
        site = self.mornings.program.site
        set_holidays(site=site, days=[TODAY + 9 * DAY], at=NOON, by=self.by_ana)
        ClosureFactory(
            site=site,
            note="Water in the hall",
            starts_at=NOON + 8 * DAY,
            ends_at=NOON + 8 * DAY + 3 * HOUR,
        )
        roster_tasks(NOON, SYSTEM)

    def make_notes(self):
        """Just for Rosa; in Tess's last one are words of danger."""
        self.note, _, self.heavy = (
            write_private_note(
                client=who.client, uuid=uuid.uuid4(), text=text, craving=craving, at=at
            )
            for who, text, craving, at in (
                (self.rosa, "A letter to my sister. Not yet.", None, NOON - DAY),
                (self.rosa, "Payday, and I walked past it.", 6, NOON),
                (self.tess, "I don't want to be alive today.", 9, NOON),
            )
        )

    def make_arrivals(self):
        """Rosa has a ride tomorrow, Lin came by one, Andre asked; Robin stands at the door."""
        self.robin = StaffFactory(
            name="Robin", organization_id=self.organization.pk, role=""
        )
        StaffRoleFactory(
            user=self.robin, organization=self.organization, role="FRONT_DESK"
        )
        for person, session in (
            (self.rosa, self.rosa.own_sessions.get()),
            (self.lin, self.room),
        ):
            book_ride(
                enrollment=person,
                group_session=session,
                picks_up_at=session.starts_at - HOUR / 2,
                words="Blue van, at the side door.",
                booked_by=self.ana,
                at=NOON,
                by=self.by_ana,
            )
        answer_barrier(
            enrollment=self.andre,
            uuid=uuid.uuid4(),
            about="WEEK",
            on=TODAY - 2 * DAY,
            answer="RIDE",
            occurred_at=NOON,
            at=NOON,
            by=self.by_ana,
        )
        mark_everybody(group_session=self.forgotten, at=NOON, by=self.by_ana)
        mark_attendance(
            group_session=self.closed,
            enrollment=self.rosa,
            status="PRESENT",
            arrived_at=self.closed.starts_at + HOUR / 2,
            at=NOON,
            by=self.by_ana,
        )

    def make_drift(self):
        self.lena = self.client("Lena")
        make_reachable(self.lena)
        episode = EpisodeFactory(enrollment=self.lena)
        for state, template, body in (
            ("CANCELLED", "OUT-01", "Hi Lena, it's Ana. Monday at 9 is open for you."),
            ("ACCEPTED", "OUT-05", "Hi Lena, you choose the next step: 1 Come Monday"),
        ):
            OutboxMessageFactory(
                enrollment=self.lena,
                state=state,
                template=template,
                body=body,
                accepted_at=NOON if state == "ACCEPTED" else None,
            )
        links = [
            urlsplit(answer_link(episode=episode, channel="EMAIL", at=NOON)).path
            for _ in range(2)
        ]
        self.link, self.answered_link = links
        token = self.answered_link.strip("/").rpartition("/")[2]
        answer_by_link(
            link=find_link(token, NOON), choice="call_me", at=NOON, by=SYSTEM
        )
        sweep(at=NOON, by=SYSTEM)

    def make_calendars(self):
        """Rosa's is read; Otto has as many as there may be, and the last is not read yet."""
        rosa, otto = self.rosa.client, self.otto.client
        CalendarFeedFactory(client=rosa, last_read_on=TODAY, with_place=True)
        CalendarFeedFactory(client=otto, last_read_on=TODAY - DAY)
        CalendarFeedFactory(client=otto, title_kind="OWN", title="Errands")
        CalendarFeedFactory(client=otto, title_kind="ALIAS")

    def make_records(self):
        """Rosa's download waits, Dev's is ready."""
        for person, asked_at in ((self.rosa, NOON), (self.dev, NOON - HOUR)):
            downloads.ask(client=person.client, at=asked_at, by=SYSTEM)
        rosa, by = self.rosa.client, {"by": self.by_ana}
        self.to_sign = proposed(rosa, kind="TPO", categories=["PLAN"], **by)
        self.signed = signed(rosa, categories=["ATTENDANCE", "PLAN"], **by)
        self.stays = signed(rosa, recipient=COURT, holds_until="My case ends", **by)
        self.revoked = signed(rosa, signed_at=NOON - DAY, **by)
        consents.revoke(consent=self.revoked, at=NOON, by=SYSTEM)
        share(
            client=rosa,
            recipient=COURT,
            category="ATTENDANCE",
            purpose="CARE",
            what="The days of last week, on the phone",
            at=NOON,
            by=self.by_ana,
        )
        self.make_letters()

    def make_letters(self):
        """One not read, one read, one not wanted, one given out; one answer is given."""
        self.letters = [
            letters.make(
                enrollment=self.rosa,
                consent=self.stays,
                from_on=TODAY - 14 * DAY,
                to_on=TODAY,
                at=NOON,
                by=self.by_ana,
            )
            for _ in range(4)
        ]
        for letter in self.letters[1:]:
            letters.open_letter(letter=letter, at=NOON, by=SYSTEM)
        words = "Monday is wrong."
        letters.object_to(letter=self.letters[2], words=words, at=NOON, by=SYSTEM)
        letters.give_out(letter=self.letters[3], at=NOON, by=self.by_ana)
        self.asked = [
            requests.ask(
                client=self.rosa.client, kind=kind, words=words, at=NOON, by=SYSTEM
            )
            for kind in ("LIMIT", "CORRECT")
        ]
        requests.answer(
            request=self.asked[1],
            agreed=True,
            words="You are right. It is put in order.",
            at=NOON,
            by=self.by_ana,
        )
        # Walt is new: everybody else has read how records are kept.
        for person in (self.rosa, self.dev, self.tess, self.andre, self.noor):
            notices.note_read(client=person.client, at=NOON, by=SYSTEM)
