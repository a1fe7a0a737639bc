import base64

from rest_framework import serializers


class SealingKeySerializer(serializers.Serializer):
    id = serializers.UUIDField()
    public = serializers.SerializerMethodField(
        help_text="The uncompressed point, base64."
    )

    def get_public(self, key) -> str:
        return base64.b64encode(key.public).decode()


class PhoneSerializer(serializers.Serializer):
    """Who is signed in on this phone, and what to seal to."""

    tag = serializers.CharField(
        help_text="Whose this phone is: the same again for the same person."
    )
    offline = serializers.BooleanField(
        help_text="Whether anything may be kept on this phone."
    )
    language = serializers.CharField()
    drop = SealingKeySerializer(
        allow_null=True, help_text="Null while nothing may be kept, or no phone asked."
    )


class NewPhoneSerializer(PhoneSerializer):
    """``device`` and ``key`` are told once, and left out where nothing may be kept."""

    device = serializers.UUIDField(required=False)
    key = serializers.CharField(required=False)
