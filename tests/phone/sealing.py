"""A phone of the tests: seals as frontend/phone/seal.js does, and hands in."""

import base64
import datetime as dt
import json
import os
import uuid
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.test import Client
from django.urls import reverse

from apps.audit.actors import Actor
from apps.phone.services import current_sealing_key, make_device
from tests.conftest import NOON

DROP = reverse("api:drop")
CALM = {
    "craving_peak": 0,
    "mood": 4,
    "body": ["fine"],
    "confidence": 8,
    "use_reported": "no",
    "contact_request": "no",
}


def seal_bytes(plain: bytes, to, *, bound_to: str) -> bytes:
    pair = ec.generate_private_key(ec.SECP256R1())
    point = pair.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(pair.curve, bytes(to.public))
    key = HKDF(
        algorithm=hashes.SHA256(),
        length=32,
        salt=None,
        info=b"companion seal 1" + to.pk.bytes + point,
    ).derive(pair.exchange(ec.ECDH(), theirs))
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, plain, bound_to.encode())
    return b"\x01" + to.pk.bytes + point + nonce + sealed


@dataclass
class Phone:
    """One browser of a client, as the outbox on it would behave."""

    client: object
    at: dt.datetime = NOON
    to: object = field(init=False)
    device: str = field(init=False)
    key: str = field(init=False)

    def __post_init__(self):
        made = make_device(client=self.client, at=self.at, by=Actor())
        self.device, self.key = str(made.device.pk), made.key
        self.to = current_sealing_key(self.at)

    def said(self, kind="CHECKIN", answers=CALM, *, name=None, ago=None, **given):
        when = self.at - (ago or dt.timedelta())
        return {
            "v": 1,
            "uuid": name or str(uuid.uuid4()),
            "kind": kind,
            "device": self.device,
            "key": self.key,
            "occurred_at": when.isoformat(),
            "language": "en",
            "question_set": "2026-11",
            "answers": answers,
        } | given

    def sealed(self, said: dict, *, bound_to: str | None = None, raw: bytes = b""):
        plain = raw or json.dumps(said).encode()
        filled = plain.ljust(-(-(len(plain) + 1) // 512) * 512)
        name = said["uuid"]
        envelope = seal_bytes(filled, self.to, bound_to=bound_to or name)
        return {"uuid": name, "sealed": base64.b64encode(envelope).decode()}

    def hold(self, *args, **kwargs):
        return self.sealed(self.said(*args, **kwargs))


def hand_in(*items, clock=NOON, browser=None):
    browser = browser or Client(enforce_csrf_checks=True)
    body = {"clock": clock.isoformat(), "items": list(items)}
    return browser.post(DROP, body, content_type="application/json")


def statuses(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each["status"] for each in answer.json()["items"]]
