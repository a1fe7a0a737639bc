"""What a client's own check-ins show, as numbers: the page's, without a picture."""

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import IsClient
from apps.care.rules import insights as rules
from apps.checkins import insights as reading
from apps.checkins.chips import own_labels
from apps.checkins.models import CheckinDay, Moment


class NumbersSerializer(serializers.Serializer):
    """Of the days that have a number. A day without one is none of them."""

    count = serializers.IntegerField()
    low = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)
    mean = serializers.FloatField(allow_null=True)


class CravingSerializer(serializers.Serializer):
    on = serializers.DateField()
    craving = serializers.IntegerField()


class SevenDaysSerializer(serializers.Serializer):
    first = serializers.DateField()
    last = serializers.DateField()
    numbers = NumbersSerializer()


class HeatSerializer(serializers.Serializer):
    """``weekday`` begins with Monday, 0. ``THAT_DAY`` is where the hour is not known."""

    weekday = serializers.IntegerField()
    band = serializers.ChoiceField(choices=[band.value for band in rules.Band])
    times = serializers.IntegerField()


class CauseSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    times = serializers.IntegerField()


class HelpedSerializer(serializers.Serializer):
    cause = serializers.CharField(source="cause_code")
    cause_label = serializers.CharField(source="cause")
    skill = serializers.CharField(source="skill_code")
    skill_label = serializers.CharField(source="skill")
    times = serializers.IntegerField()


class InsightsSerializer(serializers.Serializer):
    days = serializers.IntegerField(source="length")
    shown_up = serializers.SerializerMethodField()
    sentences = serializers.ListField(
        child=serializers.CharField(), help_text="Three, about the last 7 days."
    )
    numbers = NumbersSerializer()
    cravings = CravingSerializer(many=True)
    by_seven_days = SevenDaysSerializer(source="stretches", many=True)
    heat = HeatSerializer(source="times", many=True)
    peak = serializers.CharField(help_text="What stands out; empty when nothing does.")
    causes = CauseSerializer(many=True)
    helped = HelpedSerializer(many=True)

    @extend_schema_field(
        {"type": "integer", "description": "Days since the first; only grows."}
    )
    def get_shown_up(self, found) -> int:
        return self.context["shown_up"]


class AskedSerializer(serializers.Serializer):
    days = serializers.ChoiceField(choices=reading.LENGTHS, default=rules.SHORT)


class InsightsView(APIView):
    """The signed-in client's own."""

    permission_classes = [IsClient]

    @extend_schema(
        parameters=[
            OpenApiParameter("days", int, enum=reading.LENGTHS, default=rules.SHORT)
        ],
        responses=InsightsSerializer,
    )
    def get(self, request):
        """What was counted fewer than 3 times is a count and no pattern."""
        asked = AskedSerializer(data=request.query_params)
        if not asked.is_valid():
            raise ValidationError(asked.errors)
        enrollment = reading.latest_of(request.user)
        if enrollment is None:
            raise NotFound
        days = CheckinDay.objects.of_client(request.user)
        moments = Moment.objects.of_client(request.user)
        today = enrollment.client_day(timezone.now())
        length = int(asked.validated_data["days"])
        facts = reading.facts_of(
            days, moments, today=today, zone=enrollment.zone, length=length
        )
        found = reading.insights_of(
            facts,
            length=length,
            language=get_language(),
            own=own_labels(enrollment),
        )
        shown_up = reading.shown_up(days, moments)
        return Response(InsightsSerializer(found, context={"shown_up": shown_up}).data)
