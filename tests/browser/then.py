"""The app on the Wednesday noon that the houses of these tests live in, as gunicorn runs it."""

import time_machine

# Sets up Django, which the tests' own modules want to be done.
from companion.wsgi import application
from tests.conftest import NOON

__all__ = ["application"]

time_machine.travel(NOON, tick=True).start()
