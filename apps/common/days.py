from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def local_day(at: datetime, tz: ZoneInfo) -> date:
    return (at.astimezone(tz) - timedelta(hours=4)).date()
