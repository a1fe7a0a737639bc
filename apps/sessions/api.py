"""A client's own schedule, and what is in the way of it."""

from datetime import date, timedelta

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import IsClient
from apps.sessions import services, wording
from apps.sessions.models import Attendance, Barrier, GroupSession, Kind
from apps.sessions.open_seats import could_come_to, with_seats
from apps.sessions.selectors import (
    own_enrollment,
    own_of,
    own_sessions,
    room_in,
)

USUAL_DAYS = timedelta(days=13)
MOST_DAYS = timedelta(days=92)
# Nothing is kept or made further away than this.
FAR_AWAY = timedelta(days=3 * 365)


class DaysSerializer(serializers.Serializer):
    """``from`` and ``to``: calendar days of the site, both included."""

    to = serializers.DateField(required=False)

    def get_fields(self):
        # "from" is a word of Python, so it cannot be declared above.
        return {"from": serializers.DateField(required=False), **super().get_fields()}

    def validate(self, attrs):
        first = attrs.get("from", self.context["today"])
        if abs(first - self.context["today"]) > FAR_AWAY:
            raise serializers.ValidationError(
                {"from": _("Choose a day nearer to today.")}
            )
        last = attrs.get("to", first + USUAL_DAYS)
        if last < first:
            raise serializers.ValidationError(
                {"to": _("Choose a day that is not before the first.")}
            )
        if last - first > MOST_DAYS:
            raise serializers.ValidationError(
                {"to": _("Ask for three months at most.")}
            )
        return {"first": first, "last": last}


class BarrierSerializer(serializers.Serializer):
    """``uuid`` is the number the phone made; sent again, it changes nothing."""

    uuid = serializers.UUIDField()
    about = serializers.ChoiceField(choices=Barrier.About.choices)
    on = serializers.DateField()
    answer = serializers.ChoiceField(choices=Barrier.Answer.choices)
    occurred_at = serializers.DateTimeField()


class BlockSerializer(serializers.Serializer):
    title = serializers.CharField()
    offset_minutes = serializers.IntegerField()
    minutes = serializers.IntegerField()


class SessionSerializer(serializers.ModelSerializer):
    kind = serializers.ChoiceField(choices=Kind.choices)
    timezone = serializers.CharField(source="site.timezone")
    place = serializers.SerializerMethodField()
    leader = serializers.CharField(source="facilitator.name")
    changes = serializers.SerializerMethodField()
    blocks = BlockSerializer(source="series.blocks", many=True, default=list)
    attended_minutes = serializers.IntegerField(source="minutes", allow_null=True)

    class Meta:
        model = GroupSession
        fields = [
            "id",
            "title",
            "kind",
            "starts_at",
            "ends_at",
            "timezone",
            "place",
            "telehealth",
            "leader",
            "state",
            "changes",
            "blocks",
            "attended_minutes",
        ]
        read_only_fields = fields

    def get_place(self, group_session: GroupSession) -> str:
        return wording.place(group_session)

    def get_changes(self, group_session: GroupSession) -> list[str]:
        return wording.changes(group_session)


class ScheduleView(generics.ListAPIView):
    """What the signed-in client is expected at, or came to; two weeks from today."""

    queryset = GroupSession.objects.none()  # never widen here; see get_queryset
    serializer_class = SessionSerializer
    permission_classes = [IsClient]
    pagination_class = None

    def get_queryset(self):
        enrollment = own_enrollment(self.request.user)
        if enrollment is None:
            return super().get_queryset()
        today = enrollment.program.site.local_date(timezone.now())
        days = DaysSerializer(data=self.request.query_params, context={"today": today})
        days.is_valid(raise_exception=True)
        return (
            own_sessions(enrollment, **days.validated_data)
            .select_related("site", "series", "facilitator")
            .prefetch_related("series__blocks")
        )

    @extend_schema(
        parameters=[
            OpenApiParameter("from", date, description="First day, today unless told."),
            OpenApiParameter(
                "to", date, description="Last day, 13 days later unless told."
            ),
        ]
    )
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)


class InTheWayView(APIView):
    """What is in the way of a day, or how somebody gets here in a week."""

    permission_classes = [IsClient]

    @extend_schema(
        request=BarrierSerializer,
        responses={200: BarrierSerializer, 409: None},
    )
    def post(self, request):
        """The answer that stands. 409: nobody expects them then, or it has begun."""
        serializer = BarrierSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        at = timezone.now()
        said = serializer.validated_data
        said["occurred_at"] = min(said["occurred_at"], at)
        enrollment = own_enrollment(request.user)
        try:
            if enrollment is None:
                raise services.NothingToAsk
            barrier = services.answer_barrier(
                enrollment=enrollment, at=at, by=request.actor, **said
            )
        except services.NothingToAsk:
            errors = {"detail": _("That day has begun or changed. Look at your week.")}
            return Response(errors, status=status.HTTP_409_CONFLICT)
        shown = {
            "uuid": barrier.uuid,
            "about": barrier.about,
            "on": barrier.on,
            "answer": barrier.answer,
            "occurred_at": barrier.answered_at,
        }
        return Response(BarrierSerializer(shown).data)


class AbsenceSerializer(serializers.Serializer):
    """``uuid`` is the number the phone made; sent again, it changes nothing."""

    uuid = serializers.UUIDField()
    reason = serializers.ChoiceField(
        choices=Attendance.Reason.choices, default=Attendance.Reason.NOT_SAID
    )


class SeatSerializer(serializers.Serializer):
    """Of a time that could be come to instead."""

    room = serializers.UUIDField()


class OpenSeatSerializer(SessionSerializer):
    """A time with a seat."""

    attended_minutes = None

    class Meta(SessionSerializer.Meta):
        fields = [
            name for name in SessionSerializer.Meta.fields if name != "attended_minutes"
        ]
        read_only_fields = fields


def _own_one(request, session_id):
    found = own_of(request.user, session_id)
    if found is None:
        raise Http404
    return found


def _conflict(words) -> Response:
    return Response({"detail": words}, status=status.HTTP_409_CONFLICT)


class NotComingView(APIView):
    """A client cannot come to one time."""

    permission_classes = [IsClient]

    @extend_schema(
        request=AbsenceSerializer, responses={200: AbsenceSerializer, 409: None}
    )
    def post(self, request, session_id):
        """Their seat is free for others from now on. 409: it is over, or not held."""
        enrollment, mine = _own_one(request, session_id)
        serializer = AbsenceSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        said = serializer.validated_data
        is_said = said["reason"] != Attendance.Reason.NOT_SAID
        try:
            absence = services.cannot_come(
                enrollment=enrollment,
                group_session=mine,
                uuid=said["uuid"],
                reason=said["reason"] if is_said else "",
                at=timezone.now(),
                by=request.actor,
            )
        except (
            services.NotExpected,
            services.RosterClosed,
            services.SessionCancelled,
        ):
            return _conflict(_("That time is over or not held. Look at your week."))
        return Response({"uuid": absence.uuid, "reason": said["reason"]})


class InsteadView(APIView):
    """Other times of the same week, and taking a seat in one."""

    permission_classes = [IsClient]

    @extend_schema(responses={200: OpenSeatSerializer(many=True)})
    def get(self, request, session_id):
        """Where a seat is open now."""
        enrollment, mine = _own_one(request, session_id)
        rooms = could_come_to(enrollment, mine, timezone.now())
        found = with_seats(rooms).prefetch_related("series__blocks")
        return Response(OpenSeatSerializer(found, many=True).data)

    @extend_schema(request=SeatSerializer, responses={200: SeatSerializer, 409: None})
    def post(self, request, session_id):
        """Take one. 409: somebody was quicker, or it is not one of these."""
        enrollment, mine = _own_one(request, session_id)
        serializer = SeatSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        asked = serializer.validated_data["room"]
        room = room_in(enrollment.organization_id, asked)
        try:
            if room is None:
                raise services.NotOffered
            services.take_open_seat(
                enrollment=enrollment,
                group_session=room,
                instead_of=mine,
                at=timezone.now(),
                by=request.actor,
            )
        except services.NoSeatLeft:
            return _conflict(_("That seat was just taken. Here is what is open."))
        except services.MadeUp:
            return _conflict(_("You have another time for this one already."))
        except (
            services.NotOffered,
            services.AskedOfStaff,
            services.SessionCancelled,
        ):
            return _conflict(_("That has changed meanwhile. Look at your week."))
        return Response({"room": room.pk})
