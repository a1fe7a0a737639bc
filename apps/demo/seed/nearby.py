"""Invented places near each site, and how long check-ins took. Nobody can be reached there."""

from datetime import date, time, timedelta
from random import Random

from apps.care.models import OutsidePlace, Program, Site
from apps.checkins.models import Pace

# site code, kind, name, about, the same in Spanish, address, number, weekdays, time,
# languages, days since it was checked
PLACES = (
    ("BOS", "MEETING", "Wharf morning circle", "Open to all. Coffee from 6:45.",
     "Para cualquiera. Café desde las 6:45.", "14 Example Wharf", "617-555-0161",
     [0, 1, 2, 3, 4], time(7), ["en"], 12),
    ("BOS", "MEETING", "Círculo del puerto", "In Spanish. Children may come.",
     "En español. Pueden venir niños.", "2 Sample Landing", "617-555-0162",
     [1, 3], time(19), ["es"], 25),
    ("BOS", "FOOD", "Harbor pantry", "No papers needed. Bring a bag.",
     "Sin papeles. Trae una bolsa.", "30 Example Wharf", "617-555-0163",
     [2, 5], time(10), ["en", "es"], 101),
    ("BOS", "HOME", "Bed line", "Calls answered from 8 in the morning.",
     "Contestan desde las 8 de la mañana.", "", "617-555-0164", [], None,
     ["en", "es", "ht"], 8),
    ("NDH", "MEETING", "Green lunch hour", "Sit in the back and listen, if you like.",
     "Puedes sentarte atrás y solo escuchar.", "5 Sample Green", "781-555-0161",
     [0, 2, 4], time(12, 15), ["en"], 30),
    ("NDH", "FAMILY", "Families on Sunday", "For whoever loves somebody who comes here.",
     "Para quienes quieren a alguien como tú.", "8 Sample Green", "781-555-0162",
     [6], time(16), ["en"], 40),
)  # fmt: skip
COLUMNS = (
    *("kind", "name", "about", "about_es", "address", "phone", "days", "starts_at"),
    "languages",
)
WEEKS_OF_PACE, PACES = 8, (20, 25, 30, 35, 40, 45, 50, 55, 70, 95, 160)


def seed_nearby(sites: dict[str, Site], programs: list[Program], today: date) -> None:
    OutsidePlace.objects.bulk_create(
        OutsidePlace(
            site=sites[code],
            organization_id=sites[code].organization_id,
            last_checked_on=today - timedelta(days=checked),
            **dict(zip(COLUMNS, said, strict=True)),
        )
        for code, *said, checked in PLACES
    )
    rng = Random("pace")
    monday = today - timedelta(days=today.weekday())
    Pace.objects.bulk_create(
        Pace(
            organization_id=program.site.organization_id,
            program=program,
            week_on=monday - timedelta(weeks=week),
            up_to=up_to,
            count=rng.randint(1, 4),
        )
        for program in programs
        for week in range(1, WEEKS_OF_PACE)
        for up_to in PACES
    )
