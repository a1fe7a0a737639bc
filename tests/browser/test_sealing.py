"""What the script of a phone seals in a real browser is what the server opens."""

import pytest
from django.conf import settings

from apps.checkins.models import Submission
from apps.phone.serializers import SealingKeySerializer
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory
from tests.phone.sealing import CALM, Phone, hand_in, statuses

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday_noon"),
]
SOURCE = settings.BASE_DIR / "frontend" / "phone" / "seal.js"
# A module by itself, called as the outbox calls it.
SEALS = """async ([value, to, boundTo]) => {
  %s
  return toBase64(await seal(value, to, boundTo));
}"""


def test_what_the_script_seals_is_what_the_server_opens(visit):
    """Fault: the two descriptions of an envelope drift apart."""
    phone = Phone(AssignmentFactory().enrollment.client)
    said = phone.said(answers=CALM | {"note": "Mañana será otro día. 🙂"})
    page = visit()
    page.goto("/sign-in/")

    to = SealingKeySerializer(phone.to).data
    script = SEALS % SOURCE.read_text("utf-8").replace("export const", "const")
    sealed = page.evaluate(script, [said, to, said["uuid"]])

    answer = hand_in({"uuid": said["uuid"], "sealed": sealed}, clock=NOON)
    assert statuses(answer) == ["taken"]
    assert Submission.objects.get().answers["note"] == "Mañana será otro día. 🙂"
