"""Days of the week to choose from, Monday 0."""

from django.utils.dates import WEEKDAYS as NAMES

# Django's own names: words of ours would stand in its dates as well.
WEEKDAYS = list(NAMES.items())
