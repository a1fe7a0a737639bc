"""This phone: what it may keep of a plan, and the page where its owner says so."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.decorators import client_only
from apps.accounts.permissions import IsClient
from apps.phone.kept import kept_plan
from apps.phone.serializers import KeptSerializer


class KeptView(APIView):
    """What "Keep my plan on this phone" keeps there, behind a PIN."""

    permission_classes = [IsClient]

    @extend_schema(
        parameters=[
            OpenApiParameter("have", str, description="The version on this phone."),
        ],
        responses={
            200: KeptSerializer,
            204: OpenApiResponse(description="The phone has this version."),
            403: OpenApiResponse(
                description="Nobody is signed in, or nothing may be kept: take it off."
            ),
        },
    )
    def get(self, request):
        client = request.user.client
        if client.monitored_phone:
            raise PermissionDenied
        plan = kept_plan(client, get_language(), timezone.now())
        if request.query_params.get("have") == plan["version"]:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(KeptSerializer(plan).data)


@client_only
@require_GET
def this_phone(request):
    """What lies on this phone, and how it goes away again."""
    may_keep = not request.user.client.monitored_phone
    return render(request, "phone/this_phone.html", {"may_keep": may_keep})
