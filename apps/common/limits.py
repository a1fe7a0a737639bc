"""How often. Whatever goes wrong while counting lets people through."""

from datetime import datetime, timedelta

from django.core.cache import cache
from redis.exceptions import RedisError


def is_allowed(name: str, of, limit: tuple[int, timedelta], *, at: datetime) -> bool:
    """Count once more. True too while the counter cannot be asked."""
    most, within = limit
    window = int(at.timestamp() // within.total_seconds())
    slot = f"limits|{name}|{of}|{window}"
    try:
        count = cache.get(slot, 0) + 1
        cache.set(slot, count, within.total_seconds())
    except (OSError, RedisError):
        return True
    return count <= most
