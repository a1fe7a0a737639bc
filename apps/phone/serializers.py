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


class KeptPersonSerializer(serializers.Serializer):
    name = serializers.CharField()
    relation = serializers.CharField()
    number = serializers.CharField(help_text="Empty, or as it is dialled.")
    shown = serializers.CharField(help_text="The number as people write it.")
    what_to_say = serializers.CharField()


class KeptLineSerializer(serializers.Serializer):
    name = serializers.CharField()
    number = serializers.CharField()
    shown = serializers.CharField()
    hours = serializers.CharField()


class EarlySerializer(serializers.Serializer):
    signs = serializers.ListField(child=serializers.CharField())
    steps = serializers.ListField(child=serializers.CharField())
    good_things = serializers.ListField(child=serializers.CharField())


class RisingSerializer(serializers.Serializer):
    steps = serializers.ListField(child=serializers.CharField())
    kit = serializers.ListField(child=serializers.CharField())
    why = serializers.ListField(child=serializers.CharField())


class EmergencySerializer(serializers.Serializer):
    lines = KeptLineSerializer(many=True)


class AfterSerializer(serializers.Serializer):
    next = serializers.CharField()
    overdose = serializers.CharField()
    first_hour = serializers.ListField(child=serializers.CharField())
    tell_myself = serializers.CharField()
    naloxone_where = serializers.CharField()
    person = KeptPersonSerializer(allow_null=True)


class KeptMeetingSerializer(serializers.Serializer):
    label = serializers.CharField(help_text="The same for all: it tells nothing.")
    time = serializers.CharField()
    place = serializers.CharField()
    change = serializers.CharField()
    ends_at = serializers.DateTimeField()


class KeptDaySerializer(serializers.Serializer):
    title = serializers.CharField()
    meetings = KeptMeetingSerializer(many=True)


class KeptChipSerializer(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.CharField()


class KeptChipsSerializer(serializers.Serializer):
    triggers = KeptChipSerializer(many=True)
    coping = KeptChipSerializer(many=True)
    signs = KeptChipSerializer(many=True)


class KeptSerializer(serializers.Serializer):
    """A plan for use, in the words of its reader."""

    version = serializers.CharField(help_text="Changes with what it says.")
    owner = serializers.CharField(help_text="The tag of whose it is.")
    language = serializers.CharField()
    standing = serializers.CharField(help_text="Whether it is agreed, in words.")
    early = EarlySerializer()
    rising = RisingSerializer()
    emergency = EmergencySerializer()
    after = AfterSerializer()
    people = KeptPersonSerializer(many=True)
    days = KeptDaySerializer(many=True)
    chips = KeptChipsSerializer()


class SealedItemSerializer(serializers.Serializer):
    uuid = serializers.UUIDField(help_text="Made by the phone, once for each item.")
    sealed = serializers.CharField(help_text="The envelope, base64.")


class DropSerializer(serializers.Serializer):
    clock = serializers.DateTimeField(
        help_text="What the phone's clock says now, to tell how long ago things happened."
    )
    items = SealedItemSerializer(many=True, max_length=20)


class ItemStatusSerializer(serializers.Serializer):
    uuid = serializers.UUIDField()
    status = serializers.ChoiceField(
        choices=["taken", "known", "later"],
        help_text="taken, or known from before: remove it. later: keep it.",
    )


class DropAnswerSerializer(serializers.Serializer):
    items = ItemStatusSerializer(many=True)
