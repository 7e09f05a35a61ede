"""One hash for one content, however the file that holds it is laid out."""

from hashlib import sha256

import rfc8785

from shared.model.codec import Json


def digest(content: Json) -> str:
    """SHA-256 over the canonical JSON (RFC 8785): comments, order of keys and defaults written out do not count."""
    return sha256(rfc8785.dumps(content)).hexdigest()
