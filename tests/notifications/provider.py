"""The edge, in memory: what was handed over, and what the provider says to it."""

from apps.notifications.channels import Accepted


class Provider:
    """Answers in order with ``outcomes``, then takes everything."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.sent = []

    def __call__(self, message, to):
        self.sent.append((message.pk, to))
        if self.outcomes:
            outcome = self.outcomes.pop(0)
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome
        return Accepted(f"SM{len(self.sent)}")

    @property
    def ids(self):
        return [pk for pk, _ in self.sent]
