"""A receiver of notices for tests: real TLS on loopback, and the secrets that its notices are signed with."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import trustme

from shared.model.inventory import Trust
from shared.model.notice import Notice, NoticeKind
from shared.model.policy import Webhook
from shared.model.secret import Account, SecretText
from shared.ports import SecretMissingError
from tests.hcx.hcx_peer import Answer, Got, Peer
from tests.hcx.hcx_site import server_context

KEY = "signing-key-canary"
CALL = "POST /take"
NOTICE = Notice(
    run="fleet",
    task="manager:con",
    step="upgrade-manager:4.11.4",
    generation=1,
    kind=NoticeKind.INSTRUCTION,
    at=datetime(2026, 11, 24, tzinfo=UTC),
    title="instruction",
    next_action="press the button",
    who="a person at con",
)


class Keys:
    """Secrets by name; a name that is not there is missing."""

    def __init__(self, **keys: str) -> None:
        self._keys = {name.replace("_", "-"): key for name, key in keys.items()}

    def account(self, name: str) -> Account:
        """The account of that name."""
        if name not in self._keys:
            raise SecretMissingError(f"{name} is not there: add it")
        return Account(secret=name, version="1", username="", password=SecretText(self._keys[name]))


@contextmanager
def receiving(folder: Path, answer: Answer) -> Iterator[tuple[Peer, Webhook]]:
    """A receiver that answers so, and the webhook that leads there."""
    ca, file = trustme.CA(), folder / "hooks-ca.pem"
    ca.cert_pem.write_to_path(str(file))
    with Peer(server_context(ca, "localhost", 30), {CALL: answer}) as peer:
        trust = Trust(ca_file=str(file))
        yield peer, Webhook(url=f"https://localhost:{peer.port}/take", secret="hooks", trust=trust)  # noqa: S106 -- a name


def signed_right(got: Got, key: bytes) -> bool:
    """Whether the signature is that of Standard Webhooks, worked out anew by the receiver."""
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return hmac.compare_digest(got.headers["webhook-signature"], f"v1,{wanted}")
