"""A passkey in software: it signs what a phone would, and what no phone would."""

import base64
import hashlib
import json
import os
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256

HERE = "http://localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class SoftKey:
    def __init__(self):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.owner = ""

    def make(self, asked: dict, origin: str = HERE) -> str:
        self.owner = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.private.public_key())
        shown = bytes(16) + struct.pack(">H", len(self.id)) + self.id
        data = _data(asked["rp"]["id"], PRESENT | VERIFIED | ATTESTED)
        data += shown + cbor.encode(dict(public))
        whole = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._credential(
            clientDataJSON=_said("webauthn.create", asked, origin),
            attestationObject=cbor.encode(whole),
        )

    def sign(self, asked: dict, origin: str = HERE, verified: bool = True) -> str:
        data = _data(asked["rpId"], PRESENT | (VERIFIED if verified else 0))
        said = _said("webauthn.get", asked, origin)
        signed = data + hashlib.sha256(said).digest()
        return self._credential(
            clientDataJSON=said,
            authenticatorData=data,
            signature=self.private.sign(signed, ec.ECDSA(SHA256())),
            userHandle=base64.urlsafe_b64decode(self.owner + "=="),
        )

    def _credential(self, **response: bytes) -> str:
        whole = {
            "id": text(self.id),
            "rawId": text(self.id),
            "type": "public-key",
            "response": {name: text(raw) for name, raw in response.items()},
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
        return json.dumps(whole)


def _said(kind: str, asked: dict, origin: str) -> bytes:
    said = {"type": kind, "challenge": asked["challenge"], "origin": origin}
    return json.dumps(said).encode()


def _data(place: str, flags: int) -> bytes:
    return hashlib.sha256(place.encode()).digest() + bytes([flags]) + bytes(4)
