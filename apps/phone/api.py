"""What the script on a phone asks for and hands in."""

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import IsClient
from apps.phone import services
from apps.phone.serializers import NewPhoneSerializer, PhoneSerializer


class PhoneView(APIView):
    """This phone, as its signed-in owner sees it."""

    permission_classes = [IsClient]

    @extend_schema(responses=PhoneSerializer)
    def get(self, request):
        """Whether somebody is signed in still, and what to seal to now."""
        return Response(PhoneSerializer(_seen_by(request.user.client)).data)

    @extend_schema(
        request=None, responses={201: NewPhoneSerializer, 200: PhoneSerializer}
    )
    def post(self, request):
        """Make this browser one that may hand in what was sealed on it.

        201 with a key that is told once. 200 without one where nothing may be kept.
        """
        client, at = request.user.client, timezone.now()
        try:
            made = services.make_device(client=client, at=at, by=request.actor)
        except services.PhoneIsMonitored:
            return Response(PhoneSerializer(_seen_by(client)).data)
        services.current_sealing_key(at)
        answer = _seen_by(client) | {"device": made.device.pk, "key": made.key}
        return Response(NewPhoneSerializer(answer).data, status=status.HTTP_201_CREATED)


def _seen_by(client) -> dict:
    keeps = not client.monitored_phone
    return {
        "tag": services.owner_tag(client) if keeps else "",
        "offline": keeps,
        "language": get_language(),
        "drop": services.current_key() if keeps else None,
    }
