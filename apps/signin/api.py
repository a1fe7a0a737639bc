"""For the script on a phone that signs somebody out when the network is back."""

from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(help_text="For the next POST of this browser.")


class TokenView(APIView):
    """A CSRF token made now. Nothing on the phone has to keep one."""

    authentication_classes = ()
    permission_classes = [AllowAny]

    @extend_schema(responses=TokenSerializer)
    def get(self, request):
        return Response(TokenSerializer({"token": get_token(request)}).data)
