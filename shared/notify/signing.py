"""How a notice is signed: as Standard Webhooks have it, so that a receiver can check it with a library of theirs.

The signature is over id, time and body together. Whoever keeps a message back cannot send it later under a new time.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

PREFIX = "whsec_"
"""What a key begins with that is written as Base64; any other key is taken as it stands."""


class KeyUnusableError(ValueError):
    """The key cannot sign; the message says why, never what it is."""


def headers_of(notice_id: str, at: datetime, body: bytes, key: str) -> dict[str, str]:
    """The three headers of a signed message.

    Args:
        notice_id: stable id of the notice, without a full stop.
        at: when it is sent: a receiver refuses what is too old.
        body: exactly as it is sent.
        key: the shared secret.

    Raises:
        KeyUnusableError: the key is empty, or is said to be Base64 and is not.
    """
    seconds = str(int(at.timestamp()))
    signed = b".".join((notice_id.encode(), seconds.encode(), body))
    signature = base64.b64encode(hmac.digest(_key(key), signed, hashlib.sha256)).decode()
    return {"webhook-id": notice_id, "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}


def _key(text: str) -> bytes:
    try:
        found = base64.b64decode(text.removeprefix(PREFIX), validate=True) if text.startswith(PREFIX) else text.encode()
    except binascii.Error:
        raise KeyUnusableError(f"it begins with {PREFIX} and is no Base64 after that") from None
    if not found:
        raise KeyUnusableError("it is empty")
    return found
