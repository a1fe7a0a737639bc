"""What the script on a phone asks for and hands in."""

import base64
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import IsClient
from apps.audit.middleware import actor_of
from apps.common.limits import is_allowed
from apps.phone import limits, services
from apps.phone.serializers import (
    DropAnswerSerializer,
    DropSerializer,
    NewPhoneSerializer,
    PhoneSerializer,
)
from apps.phone.services.items import parse_instant

MOST_ITEMS = 20
# More than the longest check-in with the longest note needs.
MOST_BYTES_SEALED = 8 * 1024
MOST_LETTERS = (MOST_BYTES_SEALED + 2) // 3 * 4


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


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
        if not is_allowed("new", client.pk, limits.NEW_DEVICES, at=at):
            raise Throttled
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


class DropView(APIView):
    """Where phones hand in what was sealed on them, whoever is signed in there by now.

    No session, no cookie and no token of ours: what makes an item trusted lies inside it.
    """

    authentication_classes = ()
    permission_classes = [AllowAny]

    @extend_schema(
        auth=[],
        request=DropSerializer,
        responses={
            200: DropAnswerSerializer,
            400: OpenApiResponse(description="Not a list of 1 to 20 items."),
            413: OpenApiResponse(description="More than 64 KB: send fewer at once."),
            429: OpenApiResponse(description="Too often from here: keep everything."),
        },
    )
    def post(self, request):
        """Take sealed items by their UUID, each once.

        The answer says of each whether the phone may remove it, and nothing else: not
        whose it was, and not why it has to wait.
        """
        at = timezone.now()
        address = request.META.get("REMOTE_ADDR", "")
        if not is_allowed("drop", address, limits.FROM_AN_ADDRESS, at=at):
            raise Throttled(wait=60)
        if _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        items = request.data.get("items") if isinstance(request.data, dict) else None
        if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
            raise ParseError(_("Send 1 to %(most)s items.") % {"most": MOST_ITEMS})
        sent = {uuid: sealed for uuid, sealed in map(_item, items) if uuid}
        became = services.take_dropped(
            dropped=[
                services.Dropped(uuid, sealed)
                for uuid, sealed in sent.items()
                if sealed
            ],
            clock=parse_instant(request.data.get("clock")),
            at=at,
            by=actor_of(request),
        )
        answer = [
            {"uuid": uuid, "status": became.get(uuid, services.ItemStatus.LATER)}
            for uuid in sent
        ]
        return Response(DropAnswerSerializer({"items": answer}).data)


def _length(request) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _item(raw) -> tuple[UUID | None, bytes]:
    """What it is called, and what was sealed. Nameless, nothing can be said of it."""
    if not isinstance(raw, dict):
        return None, b""
    name, sealed = raw.get("uuid"), raw.get("sealed")
    try:
        uuid = UUID(name) if isinstance(name, str) else None
    except ValueError:
        return None, b""
    if not isinstance(sealed, str) or len(sealed) > MOST_LETTERS:
        return uuid, b""
    try:
        return uuid, base64.b64decode(sealed, validate=True)
    except ValueError:
        return uuid, b""
