from rest_framework import serializers

from apps.plans.models import Comment, PlanPerson, PlanVersion


class VersionSerializer(serializers.ModelSerializer):
    content = serializers.JSONField(
        read_only=True, help_text="What each section says, by its key."
    )

    class Meta:
        model = PlanVersion
        fields = [
            "id",
            "number",
            "state",
            "content",
            "changed_at",
            "submitted_at",
            "decided_at",
            "review_due_on",
        ]
        read_only_fields = fields


class CommentSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.name", read_only=True)
    text = serializers.CharField(read_only=True)

    class Meta:
        model = Comment
        fields = ["section", "step", "by", "at", "text"]
        read_only_fields = fields


class PersonSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="details.name", read_only=True)
    relation = serializers.CharField(source="details.relation", read_only=True)
    phone = serializers.CharField(source="details.phone", read_only=True)

    class Meta:
        model = PlanPerson
        fields = ["id", "name", "relation", "phone"]
        read_only_fields = fields


class StepSerializer(serializers.Serializer):
    sentence = serializers.CharField(read_only=True)
    person = PersonSerializer(allow_null=True, read_only=True)


class PlanSerializer(serializers.Serializer):
    agreed = VersionSerializer(allow_null=True, read_only=True)
    open = VersionSerializer(allow_null=True, read_only=True)
    comments = CommentSerializer(many=True, read_only=True)
    people = PersonSerializer(many=True, read_only=True)
    pinned_step = StepSerializer(allow_null=True, read_only=True)
