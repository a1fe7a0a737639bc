"""How often a calendar may ask, and an address without one."""

from datetime import timedelta

HOUR = timedelta(hours=1)
# Several phones of one person, each every few minutes. Counted for the calendar alone: one
# address asks for the calendars of thousands when a company keeps them.
OF_A_FEED = 120, HOUR
# Only what finds nothing is counted, so nobody is shut out by who else asks from there.
MISSES = 60, timedelta(minutes=1)
