"""A catalog as gettext reads it, made without gettext's tools."""

import struct
from collections.abc import Iterable
from pathlib import Path

from tests.strings import Entry

MAGIC = 0x950412DE
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"


def write_catalog(path: Path, entries: Iterable[Entry]) -> None:
    """Write the compiled file of these entries."""
    said = {"": HEADER}
    for entry in entries:
        key = "\0".join(entry.ids)
        said[f"{entry.context}\4{key}" if entry.context else key] = "\0".join(
            entry.texts
        )
    pairs = sorted((k.encode(), v.encode()) for k, v in said.items())
    texts = [text + b"\0" for side in zip(*pairs, strict=True) for text in side]
    start = 7 * 4 + len(texts) * 8
    table, body = b"", b""
    for text in texts:
        table += struct.pack("<II", len(text) - 1, start + len(body))
        body += text
    head = struct.pack("<7I", MAGIC, 0, len(pairs), 28, 28 + len(pairs) * 8, 0, start)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head + table + body)
