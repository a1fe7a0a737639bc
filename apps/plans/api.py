"""A client's own plan, for reading."""

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import IsClient
from apps.plans import selectors
from apps.plans.book import Book
from apps.plans.serializers import PlanSerializer


class PlanView(APIView):
    """The signed-in client's plan: the agreed version, the open one, and their people."""

    permission_classes = [IsClient]

    @extend_schema(responses=PlanSerializer)
    def get(self, request):
        book = Book(request.user.client, timezone.now(), get_language())
        shown = {
            "agreed": book.plan.agreed,
            "open": book.plan.open,
            "comments": book.comments,
            "people": book.people,
            "pinned_step": selectors.pinned_step(book.client, book.language),
        }
        return Response(PlanSerializer(shown).data)
