from datetime import UTC, datetime


def add_span(parser) -> None:
    for name, what in (
        ("--since", "From this moment on,"),
        ("--until", "before this one,"),
    ):
        parser.add_argument(
            name,
            required=True,
            type=datetime.fromisoformat,
            help=f"{what} as 2026-10-14T12:00 (UTC) or with an offset.",
        )


def moment(given: datetime) -> datetime:
    return given if given.tzinfo else given.replace(tzinfo=UTC)
