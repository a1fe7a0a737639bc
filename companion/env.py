"""Read the environment, or stop with a hint that says what to set."""

import os

from django.core.exceptions import ImproperlyConfigured


def required(name: str) -> str:
    """:raises ImproperlyConfigured: when the variable is missing or empty."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(
            f"Set the {name} environment variable. .env.example lists them all."
        )
    return value


def text(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


def flag(name: str, *, default: bool = False) -> bool:
    """:raises ImproperlyConfigured: when the value is neither 1 nor 0."""
    value = os.environ.get(name) or ("1" if default else "0")
    if value not in ("1", "0"):
        raise ImproperlyConfigured(f"{name} must be 1 or 0, got {value!r}.")
    return value == "1"
