"""A client's own weekly reviews: what is due, what was said, and sending one."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import (
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import generics, serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import IsClient
from apps.care.models import Enrollment
from apps.care.rules.checkin_flow import AnswerProblem, UnknownQuestionSet
from apps.care.rules.weekly_questions import DAYS, ITEMS, MOST, VERSION, Answer, Item
from apps.care.rules.weekly_review import WITHIN
from apps.checkins import services
from apps.checkins.api import NewestFirst
from apps.checkins.models import WeeklyReview
from apps.checkins.selectors import site_of
from apps.checkins.serializers import AnswersField
from apps.checkins.weekly_selectors import loaded_wording
from apps.checkins.weekly_sitting import lines_of, sit_down


def _schema_of(item: Item) -> dict:
    if item.answer is Answer.YES_NO:
        schema = {"type": ["string", "null"], "enum": ["no", "yes", None]}
    else:
        most = DAYS if item.answer is Answer.DAYS else MOST
        schema = {"type": ["integer", "null"], "minimum": 0, "maximum": most}
    return schema | {"description": item.name.en}


@extend_schema_field(
    {
        "type": "object",
        "properties": {key: _schema_of(item) for key, item in ITEMS.items()},
    }
)
class ReviewAnswersField(AnswersField):
    """By question; null where it was left out, which never counts as zero."""


class OptionSerializer(serializers.Serializer):
    value = serializers.CharField()
    text = serializers.CharField()


class WeeklyQuestionSerializer(serializers.Serializer):
    """``within``: an answer that cannot be larger than that one's, asked again if it is."""

    key = serializers.CharField()
    number = serializers.CharField()
    text = serializers.CharField()
    hint = serializers.CharField(allow_blank=True)
    answer = serializers.ChoiceField(choices=[each.value for each in Answer])
    options = OptionSerializer(many=True)
    within = serializers.CharField(allow_null=True)


class WeeklyDueSerializer(serializers.Serializer):
    """Send ``wording`` and ``question_set`` back with the answers, as they are here.

    With ``alcohol`` 0, ``alcohol_heavy`` is not asked; with ``drugs`` 0 or left out, none
    of the ``drugs_…``.
    """

    due_on = serializers.DateField()
    open_until = serializers.DateField()
    is_answered = serializers.BooleanField()
    question_set = serializers.CharField()
    wording = serializers.UUIDField(allow_null=True)
    language = serializers.CharField()
    questions = WeeklyQuestionSerializer(many=True)


class WeeklyDueView(APIView):
    """The review that is open now, in the language asked for; 204 when none is."""

    permission_classes = [IsClient]

    @extend_schema(
        responses={
            200: WeeklyDueSerializer,
            204: OpenApiResponse(description="None is open today."),
        }
    )
    def get(self, request):
        enrollment = _enrollment(request)
        language = get_language()
        at, sitting = timezone.now(), None
        if enrollment is not None and site_of(enrollment, at).checkins_on:
            sitting = sit_down(enrollment, at, language)
        if sitting is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        questions = [
            {
                "key": key,
                "number": asked.item.number,
                "text": asked.text,
                "hint": asked.hint,
                "answer": asked.item.answer.value,
                "options": [
                    {"value": value, "text": text} for value, text in asked.options
                ],
                "within": WITHIN.get(key),
            }
            for key, asked in sitting.asked.items()
        ]
        due = {
            "due_on": sitting.due.on,
            "open_until": sitting.due.until,
            "is_answered": sitting.due.answered is not None,
            "question_set": VERSION,
            "wording": sitting.wording.pk if sitting.wording else None,
            "language": language,
            "questions": questions,
        }
        return Response(WeeklyDueSerializer(due).data)


class SaidSerializer(serializers.Serializer):
    text = serializers.CharField()
    answer = serializers.CharField(allow_blank=True)


class WeeklyReviewSerializer(serializers.ModelSerializer):
    """One sending. A later one for the same ``due_on`` stands in its place."""

    uuid = serializers.UUIDField(help_text="Made by the phone, once for each sending.")
    occurred_at = serializers.DateTimeField(help_text="When it was answered.")
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="en")
    question_set = serializers.CharField(max_length=20, default=VERSION)
    wording = serializers.UUIDField(source="wording_id", allow_null=True, default=None)
    answers = ReviewAnswersField(allow_empty=False)
    said = serializers.SerializerMethodField(
        help_text="The questions as they were asked, and the answers in words."
    )

    class Meta:
        model = WeeklyReview
        fields = [
            "id",
            "uuid",
            "due_on",
            "occurred_at",
            "received_at",
            "language",
            "question_set",
            "wording",
            "answers",
            "said",
        ]
        read_only_fields = ["id", "due_on", "received_at"]
        # The service knows a UUID it has seen.
        validators: list = []

    @extend_schema_field(SaidSerializer(many=True))
    def get_said(self, review) -> list:
        return [{"text": line.text, "answer": line.answer} for line in lines_of(review)]

    def validate(self, data):
        asked_in = data.pop("wording_id")
        user = self.context["request"].user
        data["wording"] = loaded_wording(user, asked_in, data["language"])
        if asked_in and data["wording"] is None:
            raise serializers.ValidationError(
                {"wording": [_("These questions were never asked.")]}
            )
        return data


class NewestSaidFirst(NewestFirst):
    ordering = ("-occurred_at", "-received_at", "-id")


class WeeklyView(generics.ListAPIView):
    """The signed-in client's own reviews, every sending; and sending one."""

    queryset = WeeklyReview.objects.none()  # never widen here; see get_queryset
    serializer_class = WeeklyReviewSerializer
    permission_classes = [IsClient]
    pagination_class = NewestSaidFirst

    def get_queryset(self):
        return WeeklyReview.objects.of_client(self.request.user).select_related(
            "wording"
        )

    @extend_schema(
        request=WeeklyReviewSerializer,
        responses={
            200: WeeklyReviewSerializer,
            201: WeeklyReviewSerializer,
            400: OpenApiResponse(description="An answer cannot be taken."),
            409: OpenApiResponse(description="None was open on that day."),
        },
    )
    def post(self, request):
        """Take a review by the UUID the phone made: 201 the first time, 200 after."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        enrollment = _enrollment(request)
        try:
            if enrollment is None:
                raise services.NotInCare
            review, is_new = services.submit_review(
                enrollment=enrollment,
                at=timezone.now(),
                by=request.actor,
                **serializer.validated_data,
            )
        except services.NotInCare:
            words = _("Check-ins open when your time with us begins.")
            return Response({"detail": words}, status=status.HTTP_409_CONFLICT)
        except services.CheckinsOff:
            words = _("Check-ins are not open right now. Keep this one.")
            return Response({"detail": words}, status=status.HTTP_409_CONFLICT)
        except services.NotDue:
            words = _("No look back at a week is open on that day.")
            return Response({"detail": words}, status=status.HTTP_409_CONFLICT)
        except UnknownQuestionSet:
            errors = {"question_set": [_("These questions were never asked.")]}
        except AnswerProblem as problem:
            errors = {"answers": {problem.key: [problem.words(get_language())]}}
        else:
            taken = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
            return Response(self.get_serializer(review).data, status=taken)
        return Response(errors, status=status.HTTP_400_BAD_REQUEST)


def _enrollment(request) -> Enrollment | None:
    return (
        Enrollment.objects.of_client(request.user)
        .active()
        .select_related("client", "program__site")
        .first()
    )
