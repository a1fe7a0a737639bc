"""The questions that a client is asked now, for whoever asks them in their place."""

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import IsClient
from apps.care.rules.checkin_flow import QUESTIONS, VERSION, Kind, is_offered
from apps.care.services.vocabulary import program_of
from apps.checkins.chips import chips_for
from apps.checkins.selectors import asking_of, running_enrollment
from apps.checkins.sitting import option_chips, words


class NotInCare(APIException):
    status_code = 409
    default_detail = "No care is running."
    default_code = "not_in_care"


class ChoiceSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()


class QuestionSerializer(serializers.Serializer):
    key = serializers.CharField()
    shape = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    text = serializers.CharField()
    hint = serializers.CharField(allow_blank=True)
    low = serializers.CharField(allow_blank=True)
    high = serializers.CharField(allow_blank=True)
    required = serializers.BooleanField(help_text="Where it is asked.")
    most = serializers.IntegerField(allow_null=True, help_text="Choices at once.")
    choices = ChoiceSerializer(many=True)


class QuestionSetSerializer(serializers.Serializer):
    """In the order they are asked. Answers to a question that would not follow from those
    before it are dropped when they are sent; never those about safety or a call."""

    version = serializers.CharField(help_text="Sent back with the answers.")
    language = serializers.CharField()
    questions = QuestionSerializer(many=True)


class QuestionsView(APIView):
    permission_classes = [IsClient]

    @extend_schema(
        responses={
            200: QuestionSetSerializer,
            409: OpenApiResponse(description="No care is running."),
        }
    )
    def get(self, request):
        """The set of the own program, with the own words first among the choices."""
        enrollment = running_enrollment(request.user)
        if enrollment is None:
            raise NotInCare
        language = get_language()
        program = program_of(enrollment, timezone.now())
        asking = asking_of(enrollment.client, program=program)
        found = {
            "version": VERSION,
            "language": language,
            "questions": [
                _asked(question, enrollment, asking, program, language)
                for key, question in QUESTIONS.items()
                if is_offered(key, asking)
            ],
        }
        return Response(QuestionSetSerializer(found).data)


def _asked(question, enrollment, asking, program, language) -> dict:
    if question.vocabulary:
        chips = chips_for(enrollment, question.vocabulary, language, program)
    else:
        chips = option_chips(question, asking, language)
    pairs = chips.first + chips.more + chips.at_once
    return {
        "key": question.key,
        "shape": question.kind.value,
        "text": question.wording(asking, language),
        "hint": words(question.hint, language),
        "low": words(question.low, language),
        "high": words(question.high, language),
        "required": question.required,
        "most": question.max_choices,
        "choices": [{"value": value, "label": label} for value, label in pairs],
    }
