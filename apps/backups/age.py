"""Write and read files in the format of age (age-encryption.org/v1), to one X25519 key.

Who only has the public half can write a file and can read none. The format is a public one
with several programs, so that ``age -d`` opens a backup where nothing of ours is left. Each
chunk of 64 KiB is authenticated with its place and whether it is the last, so that nothing
can be changed, moved, left out or cut off.
"""

import base64
import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

INTRO = b"age-encryption.org/v1"
CHUNK = 64 * 1024
TAG = 16
NONCE = 16
# A wrong file shall not be read into memory before that is noticed.
LONGEST_LINE = 200
LONGEST_HEADER = 20_000
FULL_LINE = 64 + len("\n")
PUBLIC, PRIVATE = "age", "age-secret-key-"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


class NotAKey(Exception):
    """The text is no key of this kind."""


class CannotDecrypt(Exception):
    """Another key, or a file that is changed, cut off, or of another kind."""


@dataclass(frozen=True)
class KeyPair:
    public: str
    private: str


def new_pair() -> KeyPair:
    private = X25519PrivateKey.generate()
    return KeyPair(
        public=_to_text(PUBLIC, private.public_key().public_bytes_raw()),
        private=_to_text(PRIVATE, private.private_bytes_raw()).upper(),
    )


def public_of(private: str) -> str:
    """:raises NotAKey:"""
    return _to_text(PUBLIC, _private(private).public_key().public_bytes_raw())


def check_public(public: str) -> None:
    """:raises NotAKey:"""
    _from_text(PUBLIC, public)


class Writer:
    """A file object that encrypts what is written into ``to``. Whole only once closed."""

    def __init__(self, to: BinaryIO, *, public: str):
        self._to, self._waiting, self._count = to, bytearray(), 0
        file_key, nonce = os.urandom(16), os.urandom(NONCE)
        header = INTRO + b"\n" + _stanza(file_key, _from_text(PUBLIC, public)) + b"---"
        to.write(header + b" " + _b64(_mac(file_key, header)) + b"\n" + nonce)
        self._key = _payload_key(file_key, nonce)

    def write(self, data: bytes) -> int:
        self._waiting += data
        # The last full chunk waits: it may be the last of all.
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def flush(self) -> None:
        """Nothing leaves before its chunk is full."""

    def close(self) -> None:
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._to.write(self._key.encrypt(_place(self._count, last), chunk, None))
        self._count += 1


class Reader:
    """A file object that gives what was written, chunk by chunk, each of them checked.

    :raises CannotDecrypt: when made, or at the first chunk that is not as it was written.
    """

    def __init__(self, of: BinaryIO, *, private: str):
        self._of, self._opened = of, bytearray()
        self._chunks = self._read(_payload_key(*_opened_header(of, _private(private))))

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._opened) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._opened += chunk
        taken = bytes(self._opened) if size < 0 else bytes(self._opened[:size])
        del self._opened[: len(taken)]
        return taken

    def _read(self, key: ChaCha20Poly1305) -> Iterator[bytes]:
        count, sealed = 0, self._of.read(CHUNK + TAG)
        while True:
            following = self._of.read(CHUNK + TAG)
            last = not following
            try:
                yield key.decrypt(_place(count, last), sealed, None)
            except (InvalidTag, ValueError):
                raise CannotDecrypt("The file was changed or is cut off.") from None
            if last:
                return
            count, sealed = count + 1, following


def _stanza(file_key: bytes, public: bytes) -> bytes:
    mine = X25519PrivateKey.generate()
    share = mine.public_key().public_bytes_raw()
    shared = mine.exchange(X25519PublicKey.from_public_bytes(public))
    wrapped = _wrapping(shared, share + public).encrypt(bytes(12), file_key, None)
    return b"-> X25519 " + _b64(share) + b"\n" + _b64(wrapped) + b"\n"


def _opened_header(of: BinaryIO, private: X25519PrivateKey) -> tuple[bytes, bytes]:
    header = of.readline(LONGEST_LINE)
    file_key = None
    if header != INTRO + b"\n":
        raise CannotDecrypt("This file is not encrypted, or was changed.")
    while (line := of.readline(LONGEST_LINE)).startswith(b"-> "):
        body = of.readline(LONGEST_LINE)
        header += line + body
        # The body of somebody else's kind may go on: a shorter line is its last.
        while len(body) == FULL_LINE:
            body = of.readline(LONGEST_LINE)
            header += body
        if len(header) > LONGEST_HEADER:
            break
        file_key = file_key or _unwrapped(line, body, private)
    if file_key is None:
        raise CannotDecrypt("The file was encrypted to another key, or was changed.")
    stated = _un_b64(line[4:].rstrip(b"\n"))
    computed = _mac(file_key, header + b"---")
    if line[:4] != b"--- " or not hmac.compare_digest(stated, computed):
        raise CannotDecrypt("The beginning of the file was changed.")
    return file_key, of.read(NONCE)


def _unwrapped(line: bytes, body: bytes, private: X25519PrivateKey) -> bytes | None:
    kind, _, share = line.rstrip(b"\n").rpartition(b" ")
    theirs, wrapped = _un_b64(share), _un_b64(body.rstrip(b"\n"))
    if kind != b"-> X25519":
        return None
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
        salt = theirs + private.public_key().public_bytes_raw()
        return _wrapping(shared, salt).decrypt(bytes(12), wrapped, None)
    except (InvalidTag, ValueError):
        return None


def _place(count: int, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _derive(key: bytes, *, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def _wrapping(shared: bytes, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_derive(shared, salt=salt, info=INTRO + b"/X25519"))


def _payload_key(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_derive(file_key, salt=nonce, info=b"payload"))


def _mac(file_key: bytes, header: bytes) -> bytes:
    key = _derive(file_key, salt=b"", info=b"header")
    return hmac.digest(key, header, "sha256")


def _b64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _un_b64(text: bytes) -> bytes:
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except ValueError:
        data = b""
    # Another spelling of the same bytes is a changed file.
    return data if _b64(data) == text else b""


def _private(text: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_from_text(PRIVATE, text.lower()))


# Keys are written in Bech32, as age writes them.


def _checksum(prefix: str, values: list[int]) -> int:
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = 1
    for value in spread + values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            check ^= generator if top >> bit & 1 else 0
    return check


def _to_text(prefix: str, data: bytes) -> str:
    number, bits = int.from_bytes(data, "big"), len(data) * 8
    padded = -bits % 5
    number <<= padded
    values = [number >> at & 31 for at in range(bits + padded - 5, -1, -5)]
    check = _checksum(prefix, [*values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return prefix + "1" + "".join(_BECH32[value] for value in values)


def _from_text(prefix: str, text: str) -> bytes:
    start, _, rest = text.strip().rpartition("1")
    values = [_BECH32.find(letter) for letter in rest]
    whole = start == prefix and len(values) == 58 and min(values) >= 0
    if not whole or _checksum(prefix, values) != 1:
        raise NotAKey("This is no backup key, or a letter of it is wrong.")
    number = 0
    for value in values[:-6]:
        number = number << 5 | value
    return (number >> 4).to_bytes(32, "big")
