"""One file: a tar of rows and what they should be, packed, and encrypted to the backup key.

Without us: ``age -d -i key.txt FILE | tar -xz`` gives a folder for each table, with the
lines of its rows in numbered parts, and ``manifest.json``, which names the columns.
"""

import hashlib
import hmac
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from apps.backups import age
from apps.common.crypto import blind_index

MANIFEST = "manifest.json"
LAYOUT = 1


class Unreadable(Exception):
    """Not a file of ours, or not as it was written."""


@dataclass
class Table:
    columns: list[str]
    rows: int = 0
    # Of all rows in any order, with a key: whoever changes a row cannot make it fit.
    checksum: str = ""


@dataclass
class Manifest:
    made_at: str
    version: str
    database: str
    # Every migration that was applied, as "app.name".
    migrations: list[str]
    tables: dict[str, Table] = field(default_factory=dict)
    kept_apart: list[str] = field(default_factory=list)
    # The last audit row that was chained, so that the chain is anchored outside of it.
    audit_head: dict | None = None
    layout: int = LAYOUT


class Sum:
    """Counts rows and adds up a keyed digest of each."""

    def __init__(self, table: str):
        self.rows, self._sum = 0, 0
        self._key = blind_index(table, purpose="backups.checksum").encode()

    def add(self, part: bytes) -> None:
        for line in part.splitlines():
            digest = hmac.digest(self._key, line, "sha256")
            self._sum += int.from_bytes(digest)
            self.rows += 1

    @property
    def checksum(self) -> str:
        return hashlib.sha256(str(self._sum).encode()).hexdigest()


class Out:
    """Writes an archive. Under its name only once it is whole and on the disk."""

    def __init__(self, path: Path, *, public: str):
        self._path, self._partial = path, path.with_name(path.name + ".partial")
        self._public = public

    def __enter__(self):
        # Whatever a run that was killed left behind is written over.
        self._partial.unlink(missing_ok=True)
        self._file = self._partial.open("xb")
        self._partial.chmod(0o600)
        self._encrypted = age.Writer(self._file, public=self._public)
        self._tar = tarfile.open(
            fileobj=self._encrypted, mode="w|gz", format=tarfile.PAX_FORMAT
        )
        return self

    def add(self, table: str, number: int, part: bytes) -> None:
        self._write(f"{table}/{number:06}", part)

    def _write(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o600
        self._tar.addfile(entry, io.BytesIO(content))

    def end(self, manifest: Manifest) -> None:
        self._write(MANIFEST, json.dumps(asdict(manifest), indent=1).encode())

    def __exit__(self, kind, error, trace):
        if kind is None:
            self._tar.close()
            self._encrypted.close()
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()
        if kind is not None:
            self._partial.unlink(missing_ok=True)

    def publish(self) -> None:
        """From here on the file is there, in place of one of the same name."""
        self._partial.replace(self._path)
        _folder_to_disk(self._path.parent)


def read(path: Path, *, private: str) -> Iterator[tuple[str, bytes]]:
    """Each entry, and then the end of the file, which proves that nothing is cut off.

    :raises Unreadable: with what a person can do about it.
    """
    try:
        with path.open("rb") as file:
            opened = age.Reader(file, private=private)
            with tarfile.open(fileobj=opened, mode="r|gz") as tar:
                for entry in tar:
                    content = tar.extractfile(entry)
                    yield entry.name, content.read() if content else b""
            while opened.read(age.CHUNK):
                pass
    except age.CannotDecrypt as why:
        raise Unreadable(f"{path.name}: {why} Take another backup.") from None
    except age.NotAKey as why:
        raise Unreadable(str(why)) from None
    except (OSError, EOFError, tarfile.TarError, zlib.error) as why:
        raise Unreadable(f"{path.name}: {why}") from None


def check(path: Path, *, private: str) -> Manifest:
    """Read all of it, change nothing.

    :raises Unreadable: when anything is not as it was written.
    """
    sums: dict[str, Sum] = {}
    manifest = None
    for name, content in read(path, private=private):
        if name == MANIFEST:
            manifest = _manifest(content)
        else:
            table = name.partition("/")[0]
            sums.setdefault(table, Sum(table)).add(content)
    if manifest is None:
        raise Unreadable(f"{path.name} does not say what it should hold.")
    for name, table in manifest.tables.items():
        compare(name, table, sums.get(name) or Sum(name))
    return manifest


def compare(name: str, wanted: Table, found: Sum) -> None:
    """:raises Unreadable:"""
    if (found.rows, found.checksum) != (wanted.rows, wanted.checksum):
        raise Unreadable(
            f"{name} holds {found.rows} rows that do not add up to the {wanted.rows} of the"
            " manifest. Is COMPANION_INDEX_KEY that of the machine the backup is from?"
        )


def _manifest(content: bytes) -> Manifest:
    values = json.loads(content)
    if values.get("layout") != LAYOUT:
        raise Unreadable(f"The backup has layout {values.get('layout')}, not {LAYOUT}.")
    values["tables"] = {n: Table(**table) for n, table in values["tables"].items()}
    return Manifest(**values)


def _folder_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
