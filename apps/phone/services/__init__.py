"""The use cases of phones."""

from apps.phone.services.devices import (
    PhoneIsMonitored,
    end_devices,
    lose_phone,
    make_device,
    owner_tag,
)
from apps.phone.services.drop import Dropped, ItemStatus, take_dropped
from apps.phone.services.keys import (
    current_key,
    current_sealing_key,
    forget_retired_keys,
    rotate_drop_key,
)

__all__ = [
    "Dropped",
    "ItemStatus",
    "PhoneIsMonitored",
    "current_key",
    "current_sealing_key",
    "end_devices",
    "forget_retired_keys",
    "lose_phone",
    "make_device",
    "owner_tag",
    "rotate_drop_key",
    "take_dropped",
]
