"""The use cases of outreach, as other apps call them."""

from apps.outreach.services.answers import answer, answer_by_link
from apps.outreach.services.inbound import receive_sms
from apps.outreach.services.safety import escalate
from apps.outreach.services.sweeping import sweep

__all__ = ["answer", "answer_by_link", "escalate", "receive_sms", "sweep"]
