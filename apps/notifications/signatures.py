"""The provider signs what it sends us: the public address and every field, by our token."""

import base64
import hashlib
import hmac

from django.conf import settings
from django.http import QueryDict

HEADER = "X-Twilio-Signature"


def sign(url: str, fields: QueryDict) -> str:
    text = url + "".join(
        name + value
        for name in sorted(fields)
        for value in sorted(set(fields.getlist(name)))
    )
    key = settings.SMS_AUTH_TOKEN.encode()
    return base64.b64encode(
        hmac.new(key, text.encode(), hashlib.sha1).digest()
    ).decode()


def is_signed(request) -> bool:
    """Checked on the address people reach us at: what a proxy says of it is not asked."""
    given = request.headers.get(HEADER, "")
    if not settings.SMS_AUTH_TOKEN or not given:
        return False
    url = settings.PUBLIC_BASE_URL + request.get_full_path()
    return hmac.compare_digest(sign(url, request.POST).encode(), given.encode())
