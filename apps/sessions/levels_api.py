"""A client's own way from many days to few, and asking for more or less support."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import IsClient
from apps.care.models import LevelAsk
from apps.care.services.asks import NotInCare, ask_about_level
from apps.sessions.selectors import own_enrollment
from apps.sessions.ways import ask_words, placements_of, promise, way_of


class PlacementSerializer(serializers.Serializer):
    """``weekdays`` begin with Monday, 0."""

    id = serializers.UUIDField()
    level = serializers.CharField(source="level.code")
    program = serializers.CharField(source="program.name")
    site = serializers.CharField(source="program.site.name")
    weekdays = serializers.ListField(child=serializers.IntegerField())
    from_on = serializers.DateField()
    to_on = serializers.DateField(allow_null=True)


class WayStepSerializer(serializers.Serializer):
    """``from_on`` is empty for what only usually comes."""

    days = serializers.IntegerField()
    is_past = serializers.BooleanField()
    is_current = serializers.BooleanField()
    from_on = serializers.DateField(allow_null=True)


class WaySerializer(serializers.Serializer):
    """``look_again_on`` is about when, and moves on by itself."""

    placements = PlacementSerializer(many=True)
    path = WayStepSerializer(many=True)
    look_again_on = serializers.DateField(allow_null=True)
    coming = serializers.CharField()


class AskSerializer(serializers.Serializer):
    uuid = serializers.UUIDField()
    wish = serializers.ChoiceField(choices=LevelAsk.Wish.choices)
    words = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )


class AskedSerializer(serializers.Serializer):
    uuid = serializers.UUIDField(source="ask.uuid")
    wish = serializers.CharField(source="ask.wish")
    asked_at = serializers.DateTimeField(source="ask.asked_at")
    is_open = serializers.BooleanField()
    answer = serializers.CharField(source="words")


class StepsView(APIView):
    """Level, days and place of the signed-in client, planned ones too, and the usual way."""

    permission_classes = [IsClient]

    @extend_schema(responses=WaySerializer)
    def get(self, request):
        enrollment = own_enrollment(request.user)
        found = {"placements": [], "path": [], "look_again_on": None, "coming": ""}
        if enrollment is not None:
            way = way_of(enrollment, timezone.now())
            found = {
                "placements": placements_of(enrollment),
                "path": way.steps,
                "look_again_on": way.look_again_on,
                "coming": way.coming,
            }
        return Response(WaySerializer(found).data)


class SupportView(APIView):
    """Ask for more or less support by the UUID the phone made; send it as often as needed."""

    permission_classes = [IsClient]

    @extend_schema(
        responses={
            200: AskedSerializer,
            204: OpenApiResponse(description="Nothing was asked."),
        }
    )
    def get(self, request):
        enrollment = own_enrollment(request.user)
        asked = ask_words(enrollment, timezone.now()) if enrollment else None
        if asked is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(AskedSerializer(asked).data)

    @extend_schema(
        request=AskSerializer,
        responses={
            200: AskedSerializer,
            201: AskedSerializer,
            400: OpenApiResponse(description="What is sent is not complete."),
            409: OpenApiResponse(description="No care is running."),
        },
    )
    def post(self, request):
        serializer = AskSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        enrollment = own_enrollment(request.user)
        at = timezone.now()
        try:
            if enrollment is None:
                raise NotInCare
            asked = ask_about_level(
                enrollment=enrollment,
                at=at,
                by=request.actor,
                **serializer.validated_data,
            )
        except NotInCare:
            said = [_("You can ask once your time with us begins.")]
            return Response({"detail": said}, status=status.HTTP_409_CONFLICT)
        taken = status.HTTP_201_CREATED if asked.created else status.HTTP_200_OK
        task = asked.ask.task
        answer = {
            "ask": asked.ask,
            "is_open": task.done_at is None,
            "words": promise(asked.ask, at, enrollment.program.site.zone),
        }
        return Response(AskedSerializer(answer).data, status=taken)
