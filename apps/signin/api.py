"""For the script on a phone that signs somebody out when the network is back."""

from django.middleware.csrf import get_token
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import IsClient
from apps.signin import locks


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(help_text="For the next POST of this browser.")


class TokenView(APIView):
    """A CSRF token made now. Nothing on the phone has to keep one."""

    authentication_classes = ()
    permission_classes = [AllowAny]

    @extend_schema(responses=TokenSerializer)
    def get(self, request):
        return Response(TokenSerializer({"token": get_token(request)}).data)


class HereSerializer(serializers.Serializer):
    lock = serializers.BooleanField(
        default=False, help_text="Close the lock now: the person left."
    )


class HereView(APIView):
    """The script on a page with a lock: somebody can see the page, or just left it."""

    permission_classes = [IsClient]

    @extend_schema(
        request=HereSerializer,
        responses={
            204: OpenApiResponse(description="Noted."),
            423: OpenApiResponse(description="The lock is closed. Show nothing."),
        },
    )
    def post(self, request):
        said = HereSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        if said.validated_data["lock"] and locks.lock_of(request.user) is not None:
            locks.lock(request.session, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
