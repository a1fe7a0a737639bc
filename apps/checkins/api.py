"""A client's own check-ins: read them, and send what waited on the phone."""

from contextlib import nullcontext
from dataclasses import dataclass

from django.core import exceptions
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import (
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework import generics, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response

from apps.accounts.permissions import IsClient
from apps.care.models import Enrollment
from apps.care.rules.checkin_flow import VERSION, AnswerProblem, UnknownQuestionSet
from apps.checkins import services
from apps.checkins.models import CheckinDay, Submission
from apps.checkins.selectors import check_offered, running_enrollment, was_sent
from apps.checkins.serializers import (
    DaySerializer,
    OutcomeSerializer,
    SubmissionSerializer,
)

MOST_AT_ONCE = 50


class NewestFirst(CursorPagination):
    # A day has one row, so it is a cursor by itself.
    ordering = "-local_on"
    page_size = 50

    def paginate_queryset(self, queryset, request, view=None):
        try:
            return super().paginate_queryset(queryset, request, view)
        except exceptions.ValidationError:
            # The cursor holds a day, and somebody wrote something else into it.
            raise NotFound(self.invalid_cursor_message) from None


@dataclass(frozen=True)
class Outcome:
    """What became of one item, under the UUID it was sent with."""

    uuid: str
    status: int
    local_on: object = None
    errors: dict | None = None
    reason: str | None = None


class CheckinsView(generics.ListAPIView):
    """The signed-in client's own days; sending takes one check-in or up to 50."""

    queryset = CheckinDay.objects.none()  # never widen here; see get_queryset
    serializer_class = DaySerializer
    permission_classes = [IsClient]
    pagination_class = NewestFirst

    def get_queryset(self):
        return (
            CheckinDay.objects.of_client(self.request.user)
            .select_related("seen_by")
            .prefetch_related("replies__by")
        )

    @extend_schema(
        request=PolymorphicProxySerializer(
            component_name="OneOrMoreCheckins",
            serializers=[SubmissionSerializer, SubmissionSerializer(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={
            200: PolymorphicProxySerializer(
                component_name="OneOrMoreOutcomes",
                serializers=[OutcomeSerializer, OutcomeSerializer(many=True)],
                resource_type_field_name=None,
                many=False,
            ),
            201: OutcomeSerializer,
            400: OpenApiResponse(
                description="What is sent is no JSON, or its outcome has errors."
            ),
            409: OpenApiResponse(
                OutcomeSerializer,
                "No care is running (not_in_care), or nobody reads check-ins here now "
                "(checkins_off): keep it.",
            ),
        },
    )
    def post(self, request):
        """Take check-ins by the UUID the phone made: 201 the first time, 200 after.

        For a list the answer is 200 with a status for each item. Keep an item on the
        phone until its UUID comes back with 200 or 201.
        """
        enrollment = running_enrollment(request.user)
        if not isinstance(request.data, list):
            outcome = _take(request, enrollment, request.data)
            return Response(OutcomeSerializer(outcome).data, status=outcome.status)
        if len(request.data) > MOST_AT_ONCE:
            raise ValidationError(
                {"detail": _("Send %(most)s at most.") % {"most": MOST_AT_ONCE}}
            )
        outcomes = [_take(request, enrollment, item) for item in request.data]
        return Response(OutcomeSerializer(outcomes, many=True).data)


def _take(request, enrollment: Enrollment | None, item) -> Outcome:
    serializer = SubmissionSerializer(data=item)
    uuid = str(item.get("uuid", "")) if isinstance(item, dict) else ""
    if not serializer.is_valid():
        errors = serializer.errors
        return Outcome(
            uuid, status.HTTP_400_BAD_REQUEST, errors=errors, reason="fields"
        )
    data = serializer.validated_data
    refused = status.HTTP_400_BAD_REQUEST
    try:
        result = _submit(request, enrollment, data)
    except services.NotInCare:
        refused, reason = status.HTTP_409_CONFLICT, "not_in_care"
        errors = {"detail": [_("Check-ins open when your time with us begins.")]}
    except services.CheckinsOff:
        refused, reason = status.HTTP_409_CONFLICT, "checkins_off"
        errors = {"detail": [_("Check-ins are not open right now. Keep this one.")]}
    except services.DayClosed:
        reason = "day_closed"
        errors = {"local_on": [_("Choose that day or one of the two days before it.")]}
    except UnknownQuestionSet:
        reason = "unknown_questions"
        errors = {"question_set": [_("These questions were never asked.")]}
    except AnswerProblem as problem:
        reason = "answer"
        words = problem.words(get_language())
        errors = {"answers": {problem.key: [words]}}
    else:
        taken = status.HTTP_201_CREATED if result.created else status.HTTP_200_OK
        return Outcome(uuid, taken, local_on=result.day.local_on)
    return Outcome(uuid, refused, errors=errors, reason=reason)


def _submit(request, enrollment: Enrollment | None, data: dict) -> services.Result:
    if enrollment is None:
        raise services.NotInCare
    at = timezone.now()
    answers = data["answers"]
    try:
        # A phone that was asked an older set may name what is offered no more.
        if data.get("question_set", VERSION) == VERSION:
            check_offered(enrollment, answers, at)
    except AnswerProblem:
        # What arrived before stands as it was taken then.
        if not was_sent(enrollment, data["uuid"]):
            raise
    has_own = services.has_own_words(answers)
    with transaction.atomic() if has_own else nullcontext():
        if has_own and not was_sent(enrollment, data["uuid"]):
            answers = services.put_in_own_words(
                enrollment=enrollment, answers=answers, at=at, by=request.actor
            )
        return services.submit_checkin(
            enrollment=enrollment,
            kind=Submission.Kind.ONE_TAP
            if "one_tap" in answers
            else Submission.Kind.DAILY,
            at=at,
            by=request.actor,
            **data | {"answers": answers},
        )
