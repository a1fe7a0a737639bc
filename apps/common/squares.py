"""A text as a square that a camera reads, drawn here: no other machine learns of it."""

import segno

QUIET_ZONE = 4


def square_of(text: str) -> dict:
    """The square as one SVG path, so that a template needs no markup from elsewhere."""
    rows = list(segno.make_qr(text).matrix_iter(border=QUIET_ZONE))
    dark = (
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, module in enumerate(row)
        if module
    )
    return {"size": len(rows), "path": "".join(dark)}
