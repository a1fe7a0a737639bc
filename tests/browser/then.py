"""The app on the Wednesday noon that the houses of these tests live in, as gunicorn runs it."""

import time_machine

from tests.conftest import NOON

time_machine.travel(NOON, tick=True).start()

from companion.wsgi import application  # noqa: E402

__all__ = ["application"]
