from django.http import Http404
from rest_framework.permissions import IsAuthenticated


class IsClient(IsAuthenticated):
    """For clients only. Staff get 404, as on the pages: it is not theirs."""

    audience = "client"

    def has_permission(self, request, view):
        signed_in = super().has_permission(request, view)
        if signed_in and not request.user.is_client:
            raise Http404
        return signed_in
