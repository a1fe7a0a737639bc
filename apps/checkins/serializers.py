import json

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.care.rules.checkin_questions import NOTE_LENGTH, QUESTIONS, Kind, Question
from apps.checkins.models import CheckinDay, Reply


def _schema_of(question: Question) -> dict:
    """What an answer looks like; null means that the question was skipped."""
    codes = [option.value for option in question.options]
    match question.kind:
        case Kind.SCALE:
            schema = {"type": ["integer", "null"], "minimum": 0, "maximum": 10}
        case Kind.FACES:
            schema = {"type": ["integer", "null"], "minimum": 1, "maximum": 5}
        case Kind.CHIPS:
            item = {"type": "string"} | ({"enum": codes} if codes else {})
            schema = {"type": ["array", "null"], "items": item}
            if question.max_choices:
                schema["maxItems"] = question.max_choices
        case Kind.NOTE:
            schema = {"type": ["string", "null"], "maxLength": NOTE_LENGTH}
        case Kind.CHOICE:
            schema = {"type": ["string", "null"], "enum": [*codes, None]}
    if question.required:
        schema["type"] = schema["type"][0]
        if "enum" in schema:
            schema["enum"] = codes
    return schema | {"description": question.text.en}


@extend_schema_field(
    {
        "type": "object",
        "properties": {key: _schema_of(each) for key, each in QUESTIONS.items()},
    }
)
class AnswersField(serializers.DictField):
    """By question. Checked by the questions themselves, which know their own words."""

    child = serializers.JSONField(allow_null=True)
    default_error_messages = {"letters": _("Send letters that can be written down.")}

    def to_internal_value(self, data):
        answers = super().to_internal_value(data)
        try:
            json.dumps(answers, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            self.fail("letters")
        return answers


class SubmissionSerializer(serializers.Serializer):
    """One check-in as a phone sends it."""

    uuid = serializers.UUIDField(help_text="Made by the phone, once for each check-in.")
    occurred_at = serializers.DateTimeField(help_text="When it was answered.")
    local_on = serializers.DateField(
        required=False, help_text="The day it is about, when that is not the same day."
    )
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="en")
    question_set = serializers.CharField(max_length=20, required=False)
    answers = AnswersField()

    default_error_messages = {"invalid": _("Send each check-in as an object.")}


REASONS = [
    "not_in_care",
    "checkins_off",
    "day_closed",
    "unknown_questions",
    "answer",
    "fields",
]


class OutcomeSerializer(serializers.Serializer):
    uuid = serializers.CharField()
    status = serializers.IntegerField(help_text="201 new, 200 known before.")
    local_on = serializers.DateField(allow_null=True)
    errors = serializers.DictField(allow_null=True)
    reason = serializers.ChoiceField(
        choices=REASONS,
        allow_null=True,
        help_text="Why it was not taken. Keep an item with checkins_off and send it later.",
    )


class ReplySerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.name")
    text = serializers.CharField()

    class Meta:
        model = Reply
        fields = ["id", "by", "at", "text", "read_at"]
        read_only_fields = fields


class DaySerializer(serializers.ModelSerializer):
    answers = AnswersField(source="said", read_only=True)
    note = serializers.CharField(allow_null=True, read_only=True)
    seen_by = serializers.CharField(
        source="seen_by.name", default=None, allow_null=True, read_only=True
    )
    replies = ReplySerializer(many=True, read_only=True)

    class Meta:
        model = CheckinDay
        fields = [
            "id",
            "local_on",
            "first_at",
            "last_at",
            "answers",
            "note",
            "seen_by",
            "seen_at",
            "replies",
        ]
        read_only_fields = fields
