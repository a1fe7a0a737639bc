"""A worker without a broker: one tick after the other, until somebody kills it.

Its clock may run ahead or behind, and its patience with the provider may be short.
"""

import datetime as dt
import os

import django


def main() -> None:
    django.setup()
    import time_machine
    from django.conf import settings

    from apps.outreach.tasks import tick

    settings.SMS_TIMEOUT_SECONDS = float(os.environ.get("PATIENCE", "10"))
    skew = dt.timedelta(minutes=float(os.environ.get("CLOCK_AHEAD", "0")))
    start = dt.datetime.now(dt.UTC) + skew
    with time_machine.travel(start, tick=True):
        while True:
            tick()


if __name__ == "__main__":
    main()
