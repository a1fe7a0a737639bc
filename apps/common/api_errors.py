"""What the API answers where Django would answer with a page."""

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler


def api_error(error: Exception, context: dict) -> Response | None:
    if isinstance(error, RequestDataTooBig):
        words = {"detail": _("Send less at once.")}
        return Response(words, status.HTTP_413_REQUEST_ENTITY_TOO_LARGE)
    return exception_handler(error, context)
