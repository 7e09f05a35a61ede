"""Notices over real TLS sockets: signed, verified, never redirected, and never waited for without end."""

import base64
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from shared.model.inventory import Trust
from shared.model.notice import Delivery, DeliveryState
from shared.model.policy import Webhook
from shared.notify.signing import KeyUnusableError, headers_of
from shared.notify.webhook import Timeouts, WebhookNotices, retry_after
from tests.hcx.hcx_peer import Answer, Peer, Raw, Reply, Silence
from tests.hcx.hcx_site import server_context
from tests.notify.receiver import CALL, KEY, NOTICE, Keys, receiving, signed_right

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
SOON = Timeouts(connect=2, write=2, read=0.3, whole=1)
BODY = b'{"id":"x"}'


def sent(webhook: Webhook | None, key: str = KEY, timeouts: Timeouts = SOON) -> Delivery:
    """What comes of one try."""
    return WebhookNotices(Keys(hooks=key), timeouts, lambda: NOW).send(NOTICE, BODY, webhook)


def answered(folder: Path, answer: Answer) -> Delivery:
    """What comes of one try with a receiver that answers so."""
    with receiving(folder, answer) as (_, webhook):
        return sent(webhook)


@pytest.mark.parametrize(
    ("key", "raw"), [(KEY, KEY.encode()), (f"whsec_{base64.b64encode(b'binary-key').decode()}", b"binary-key")]
)
def test_a_receiver_can_check_who_sent_it(tmp_path: Path, key: str, raw: bytes) -> None:
    """Id, time and body are signed with the key of the secret, whether it is text or Base64."""
    with receiving(tmp_path, Reply(204)) as (peer, webhook):
        found = sent(webhook, key)

    assert (found.state, len(peer.got)) == (DeliveryState.DELIVERED, 1)
    assert peer.got[0].headers["webhook-id"] == NOTICE.id
    assert peer.got[0].headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert peer.got[0].body == BODY
    assert signed_right(peer.got[0], raw)
    assert not signed_right(replace(peer.got[0], body=BODY + b" "), raw)


@pytest.mark.parametrize("key", ["", "whsec_", "whsec_not base64"])
def test_a_key_that_cannot_sign_sends_nothing(tmp_path: Path, key: str) -> None:
    """An empty key would sign for everybody, so nothing is sent and the secret is named, never its content."""
    with pytest.raises(KeyUnusableError):
        headers_of("id", NOW, b"", key)
    with receiving(tmp_path, Reply(204)) as (peer, webhook):
        found = sent(webhook, key)

    assert (found.state, peer.connections) == (DeliveryState.FAILED, 0)
    assert "secret hooks" in found.detail
    assert "not base64" not in f"{found}"


def test_a_missing_secret_sends_nothing(tmp_path: Path) -> None:
    """An unsigned notice is worth nothing to a receiver that looks."""
    with receiving(tmp_path, Reply(204)) as (peer, webhook):
        found = WebhookNotices(Keys(), SOON).send(NOTICE, BODY, webhook)

    assert (found.state, found.again, peer.connections) == (DeliveryState.FAILED, True, 0)
    assert "hooks" in found.detail


def test_without_a_webhook_nothing_is_sent() -> None:
    """By default notices stay in the journal, which is no failure."""
    assert sent(None).state is DeliveryState.NOT_WANTED


@pytest.mark.parametrize(
    ("status", "headers", "again", "after"),
    [
        (500, {}, True, None),
        (503, {"retry-after": "120"}, True, timedelta(minutes=2)),
        (429, {"retry-after": "Tue, 24 Nov 2026 07:00:00 GMT"}, True, timedelta(hours=1)),
        (429, {"retry-after": "soon"}, True, None),
        (400, {}, False, None),
        (410, {"retry-after": "5"}, False, timedelta(seconds=5)),
    ],
)
def test_an_answer_that_is_no_success(
    tmp_path: Path,
    status: int,
    headers: dict[str, str],
    again: bool,  # noqa: FBT001 -- a row
    after: timedelta | None,
) -> None:
    """Who is busy or broken is tried again, not before it asks for it; who refuses is not, and what it says is left."""
    found = answered(tmp_path, Reply(status, b"answer-canary", headers))

    assert (found.state, found.again, found.after) == (DeliveryState.FAILED, again, after)
    assert f"answered {status}" in found.detail
    assert "canary" not in f"{found}"


def test_a_redirect_to_another_host_is_not_followed(tmp_path: Path) -> None:
    """Whoever could make the receiver redirect would get what is meant for it, so the other host hears nothing."""
    ca = trustme.CA()
    with Peer(server_context(ca, "localhost", 30), {}) as other:
        there = {"location": f"https://localhost:{other.port}/take"}
        with receiving(tmp_path, Reply(307, b"", there)) as (peer, webhook):
            found = sent(webhook)

    assert (found.state, len(peer.got), other.connections) == (DeliveryState.FAILED, 1, 0)
    assert "redirects to another host (307), which is not followed" in found.detail


@pytest.mark.parametrize("answer", [Silence(), Raw(b""), Raw(b"no HTTP\r\n\r\n")])
def test_a_receiver_that_does_not_answer(tmp_path: Path, answer: Answer) -> None:
    """Silence, a hang-up and nonsense are failures that are tried again."""
    found = answered(tmp_path, answer)

    assert (found.state, found.again) == (DeliveryState.FAILED, True)


def test_a_receiver_that_is_down(tmp_path: Path) -> None:
    """A port where nobody listens is a failure that is tried again, with who can mend it."""
    with receiving(tmp_path, Reply(204)) as (_, webhook):
        pass
    found = sent(webhook)

    assert (found.state, found.again) == (DeliveryState.FAILED, True)
    assert "cannot be reached" in found.detail
    assert found.remedy.startswith("whoever runs the webhook")


def test_a_receiver_that_drips(tmp_path: Path) -> None:
    """A byte now and then keeps no worker beyond the limit for the whole of it."""

    class Dripping(Peer):
        """Sends a head that never ends."""

        def _answer(self, connection: object, got: object) -> bool:
            del got
            for byte in b"HTTP/1.1 200 Said\r\nx-drip: " + b"a" * 400:
                connection.sendall(bytes([byte]))  # type: ignore[attr-defined]
                time.sleep(0.1)  # noqa: TID251 -- the receiver's own slowness
            return False

    ca, file = trustme.CA(), tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(file))
    with Dripping(server_context(ca, "localhost", 30), {}) as peer:
        url, began = f"https://localhost:{peer.port}/take", time.monotonic()
        found = sent(Webhook(url=url, secret="hooks", trust=Trust(ca_file=str(file))))  # noqa: S106 -- a name

    assert time.monotonic() - began < 5
    assert (found.state, found.again) == (DeliveryState.FAILED, True)
    assert "did not answer in time" in found.detail


def test_a_certificate_of_somebody_else_gets_nothing(tmp_path: Path) -> None:
    """Not one byte of a notice goes to whoever cannot show the right certificate."""
    (tmp_path / "other").mkdir()
    with receiving(tmp_path, Reply(204)) as (peer, webhook), receiving(tmp_path / "other", Reply(204)) as (_, other):
        found = sent(replace(webhook, trust=other.trust))
        unsure = sent(replace(webhook, trust=Trust()))

    assert (found.state, unsure.state, peer.got) == (DeliveryState.FAILED, DeliveryState.FAILED, [])
    assert "certificate that is not trusted" in found.detail
    assert "notices.webhook.ca" in found.remedy


def test_a_pinned_certificate_that_is_another(tmp_path: Path) -> None:
    """A pin that does not fit is said, and nothing is sent."""
    with receiving(tmp_path, Reply(204)) as (peer, webhook):
        found = sent(replace(webhook, trust=Trust(thumbprint="ab" * 32)))

    assert (found.state, found.again, peer.count(CALL)) == (DeliveryState.FAILED, True, 0)


def test_an_authority_that_cannot_be_read(tmp_path: Path) -> None:
    """A CA file that is gone fails the try with what to do."""
    with receiving(tmp_path, Reply(204)) as (peer, webhook):
        found = sent(replace(webhook, trust=Trust(ca_file=str(tmp_path / "gone.pem"))))

    assert (found.state, peer.connections) == (DeliveryState.FAILED, 0)
    assert found.remedy.startswith("the owner of fleet.yaml")


@pytest.mark.parametrize("text", ["", "-5", "1" * 40, "²", "Tue, 99 Nov 2026", "never"])
def test_a_retry_after_that_says_nothing(text: str) -> None:
    """What is neither seconds nor a date is as if it were not there."""
    assert retry_after(text, NOW) is None


def test_a_retry_after_in_the_past_is_now() -> None:
    """A date that has passed asks for no more time."""
    assert retry_after("Mon, 23 Nov 2026 07:00:00 GMT", NOW) == timedelta()
