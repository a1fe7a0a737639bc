"""Open what a phone sealed. How it was sealed stands in frontend/phone/seal.js."""

from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from apps.common.crypto import CannotOpen

VERSION = 1
NAME = b"companion seal 1"
KEY_ID, POINT, NONCE, TAG = 16, 65, 12, 16
SHORTEST = 1 + KEY_ID + POINT + NONCE + TAG


@dataclass(frozen=True)
class Envelope:
    key_id: UUID
    point: bytes
    nonce: bytes
    sealed: bytes

    @classmethod
    def read(cls, raw: bytes) -> "Envelope":
        """:raises CannotOpen: when it is no envelope of ours."""
        if len(raw) < SHORTEST or raw[0] != VERSION:
            raise CannotOpen("Unknown layout")
        key_id, rest = raw[1 : 1 + KEY_ID], raw[1 + KEY_ID :]
        return cls(
            key_id=UUID(bytes=key_id),
            point=rest[:POINT],
            nonce=rest[POINT : POINT + NONCE],
            sealed=rest[POINT + NONCE :],
        )

    def open(self, private_pem: str, *, bound_to: str) -> bytes:
        """What was sealed.

        :raises CannotOpen: when it was changed, or belongs to something else.
        """
        private = serialization.load_pem_private_key(private_pem.encode(), None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise CannotOpen("Unknown kind of key")
        try:
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(
                private.curve, self.point
            )
            key = HKDF(
                algorithm=hashes.SHA256(),
                length=32,
                salt=None,
                info=NAME + self.key_id.bytes + self.point,
            ).derive(private.exchange(ec.ECDH(), theirs))
            return AESGCM(key).decrypt(self.nonce, self.sealed, bound_to.encode())
        except (InvalidTag, ValueError):
            raise CannotOpen("It was changed, or belongs elsewhere") from None
