"""What somebody would like their group to talk about: read by its leader, without a name."""

import uuid

from django.db import models

from apps.care.models import Enrollment
from apps.common.fields import EncryptedJSONField
from apps.sessions.models.occurrences import GroupSession


class TopicQuerySet(models.QuerySet):
    def of_client(self, user):
        return self.filter(enrollment__in=Enrollment.objects.of_client(user))

    def ahead(self, at):
        """Nothing of a time that is over is shown to anybody."""
        return self.filter(group_session__ends_at__gt=at)


class Topic(models.Model):
    """For one occurrence only. It keeps no time: when it came could tell who it was."""

    sealed_for = "enrollment.client"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="topics"
    )
    group_session = models.ForeignKey(
        GroupSession, on_delete=models.CASCADE, related_name="topics"
    )
    # One of: code of the vocabulary, mood from 1 to 5, or the client's own words.
    content = EncryptedJSONField()

    objects = TopicQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["group_session"], name="sessions_topics_of_room"),
        ]

    def __str__(self):
        return f"Topic {self.pk}"
