from datetime import datetime, time

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.care.models import StaffRole
from apps.common.days import wall_to_utc
from apps.desk.forms import TOO_LONG
from apps.sessions.models import Attendance, GroupSession

Status = Attendance.Status
VIDEO, TIMES, EXCUSED = "VIDEO", "TIMES", "EXCUSED:"
REASONS = [(f"{EXCUSED}{value}", label) for value, label in Attendance.Reason.choices]
LEADERS = (
    StaffRole.Role.COUNSELOR,
    StaffRole.Role.FACILITATOR,
    StaffRole.Role.SUPERVISOR,
    StaffRole.Role.CASE_MANAGER,
    StaffRole.Role.NURSE,
    StaffRole.Role.PEER,
)

CLOCK = {"invalid": _("Choose a time.")}


class MarkForm(forms.Form):
    """One tap on a row; the two times only count for the buttons that are about them."""

    mark = forms.ChoiceField(
        choices=[
            *((value, "") for value in (Status.PRESENT, VIDEO, Status.LEFT_EARLY)),
            *((value, "") for value in (Status.ONE_TO_ONE, Status.NO_SHOW, TIMES)),
            *REASONS,
        ],
        error_messages={"required": _("Choose what it was.")},
    )
    came_at = forms.TimeField(required=False, error_messages=CLOCK)
    left_at = forms.TimeField(required=False, error_messages=CLOCK)
    # Where each block that was asked about begins, and those they were in.
    parts = forms.CharField(required=False)
    was_in = forms.CharField(required=False)

    def __init__(
        self,
        data,
        *,
        group_session: GroupSession,
        current: Attendance | None,
        at: datetime,
    ):
        super().__init__(data)
        self.group_session, self.current, self.at = group_session, current, at

    def clean(self):
        data = super().clean()
        came, left = data.get("came_at"), data.get("left_at")
        match data.get("mark"):
            case Status.LEFT_EARLY if (
                not left and self.at >= self.group_session.ends_at
            ):
                self.add_error("left_at", _("When did they leave?"))
            case "TIMES" if self._parts() and not self._was_in():
                self.add_error(None, _("Which part were they in?"))
            case "TIMES" if not (came or left or self._missed()):
                self.add_error("came_at", _("Give the time they came or left."))
            case "TIMES" if came and left and left <= came:
                self.add_error("left_at", _("They left before they came. Look again."))
        return data

    def as_marked(self) -> dict:
        """What ``mark_attendance`` is told."""
        mark, data = self.cleaned_data["mark"], self.cleaned_data
        if mark.startswith(EXCUSED):
            return {"status": Status.EXCUSED, "reason": mark.removeprefix(EXCUSED)}
        if mark == VIDEO:
            return {"status": Status.PRESENT, "telehealth": True}
        if mark == TIMES:
            return {
                "status": self._how(),
                "telehealth": bool(self.current and self.current.telehealth),
                "arrived_at": self._moment(data["came_at"]),
                "left_at": self._moment(data["left_at"]),
                "missed": self._missed(),
            }
        if mark == Status.LEFT_EARLY:
            return {"status": mark, "left_at": self._moment(data["left_at"])}
        return {"status": mark}

    def _parts(self) -> set[int]:
        return self._offsets("parts")

    def _was_in(self) -> set[int]:
        return self._offsets("was_in") & self._parts()

    def _missed(self) -> set[int]:
        return self._parts() - self._was_in()

    def _offsets(self, name: str) -> set[int]:
        return {int(value) for value in self.data.getlist(name) if value.isdecimal()}

    def _how(self) -> str:
        """Times do not undo that somebody was seen one-to-one."""
        if self.current and self.current.status == Status.ONE_TO_ONE:
            return Status.ONE_TO_ONE
        return Status.PRESENT

    def _moment(self, clock: time | None) -> datetime | None:
        if clock is None:
            return None
        room = self.group_session
        return wall_to_utc(room.local_on, clock, room.site.zone)


class ChangeForm(forms.Form):
    """Another time, room or leader for one occurrence."""

    on = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Choose a day.")),
    )
    begins = forms.TimeField(
        label=_("Begins at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Choose a time.")),
    )
    room = forms.CharField(
        label=_("Room"),
        max_length=40,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    facilitator = forms.ModelChoiceField(
        label=_("Who leads it"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages={"required": _("Choose who leads it.")},
    )

    def __init__(self, data=None, *, group_session: GroupSession):
        begins = group_session.starts_at.astimezone(group_session.site.zone)
        initial = {
            "on": begins.date(),
            "begins": begins.time(),
            "room": group_session.room,
            "facilitator": group_session.facilitator_id,
        }
        super().__init__(data, initial=initial)
        self.group_session = group_session
        self.fields["facilitator"].queryset = leaders(group_session)
        self.fields["facilitator"].label_from_instance = lambda user: user.name

    def as_changed(self) -> dict:
        """What ``change_session`` is told."""
        data, zone = self.cleaned_data, self.group_session.site.zone
        return {
            "starts_at": wall_to_utc(data["on"], data["begins"], zone),
            "room": data["room"],
            "facilitator": data["facilitator"],
        }


def leaders(group_session: GroupSession):
    """Who may lead this room."""
    return leaders_of(group_session.organization_id, group_session.facilitator_id)


def leaders_of(organization_id, also=None):
    """Who may lead a room here, and who leads it now."""
    roles = StaffRole.objects.filter(organization=organization_id, role__in=LEADERS)
    return User.objects.filter(
        Q(pk__in=roles.values("user")) | Q(pk=also), is_active=True
    ).order_by("name", "pk")


class CancelForm(forms.Form):
    """Why one occurrence is not held, in words for the people who would come."""

    note = forms.CharField(
        label=_("What people read"),
        max_length=120,
        help_text=_("One short sentence, such as: No heating today."),
        error_messages={
            "required": _("Write one sentence for them."),
            "max_length": TOO_LONG,
        },
    )
