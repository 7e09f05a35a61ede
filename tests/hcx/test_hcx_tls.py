"""Whom the adapter talks to, judged at the socket."""

import hashlib
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from shared.model.facts import GapReason, ManagerFacts
from shared.model.inventory import Trust
from shared.tls.contexts import TrustUnusableError, trust_anchors
from tests.hcx.hcx_peer import Peer, healthy
from tests.hcx.hcx_site import HOST, Site, sha256_of


def _thumbprint(peer: Peer) -> str:
    """SHA-256 of the certificate that a peer shows."""
    found = ssl.get_server_certificate(("127.0.0.1", peer.port))
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(found)).hexdigest()


def _refused(facts: ManagerFacts, peer: Peer) -> str:
    """The remedy of a certificate that was refused before one byte was sent."""
    gap = facts.gap("identity")
    assert gap is not None
    assert (gap.section, gap.reason) == ("manager", GapReason.CERTIFICATE)
    assert (facts.alive, facts.certificate) == (None, None)
    assert (peer.bytes_received, peer.got) == (0, [])
    return gap.remedy


def test_the_address_is_dialled_and_the_name_is_verified(site: Site) -> None:
    """A name that resolves nowhere is fine where an address is given and the certificate has the name."""
    peer = site.peer(healthy())

    facts = site.adapter().facts(site.manager(peer))

    assert facts.identity is not None
    assert {got.headers["host"] for got in peer.got} == {f"{HOST}:{peer.port}"}


def test_facts_hold_the_certificate_and_what_it_was_verified_against(site: Site) -> None:
    """The certificate that answered, and the CA that a confirmation binds to."""
    peer = site.peer(healthy())

    facts = site.adapter().facts(site.manager(peer))

    assert facts.certificate is not None
    assert facts.certificate.value == _thumbprint(peer)
    assert facts.anchors == (sha256_of(site.ca),)


def test_a_certificate_for_another_name_is_refused(site: Site) -> None:
    """The address answers, but as somebody else."""
    peer = site.peer(healthy(), host="hcx.elsewhere.test")

    assert "`endpoint`" in _refused(site.adapter().facts(site.manager(peer)), peer)


def test_a_certificate_of_another_authority_is_refused(site: Site) -> None:
    """The remedy says how to name the right one."""
    peer = site.peer(healthy(), ca=site.other_ca)

    assert "`ca`" in _refused(site.adapter().facts(site.manager(peer)), peer)


def test_the_systems_own_authorities_are_the_default(site: Site) -> None:
    """Without a CA file and a thumbprint a private authority is not trusted."""
    peer = site.peer(healthy())

    assert "`ca`" in _refused(site.adapter().facts(site.manager(peer, trust=Trust())), peer)


def test_an_expired_certificate_is_refused(site: Site) -> None:
    """The remedy is to renew it."""
    peer = site.peer(healthy(), days=-1)

    assert "renewed" in _refused(site.adapter().facts(site.manager(peer)), peer)


def test_a_pinned_certificate_is_taken_whatever_its_name_and_authority(site: Site) -> None:
    """The pin is the certificate itself, so it counts for more than what is written in it."""
    peer = site.peer(healthy(), host="wrong.test", ca=site.other_ca, days=-1)
    pin = _thumbprint(peer)

    facts = site.adapter().facts(site.manager(peer, trust=Trust(thumbprint=pin)))

    assert facts.identity is not None
    assert facts.anchors == (pin,)


def test_another_certificate_than_the_pinned_one_is_refused(site: Site) -> None:
    """A perfectly valid certificate is nothing against a pin, and nothing is sent to it."""
    peer = site.peer(healthy())

    remedy = _refused(site.adapter().facts(site.manager(peer, trust=Trust(thumbprint="0" * 64))), peer)

    assert "compare the new thumbprint" in remedy


def test_a_pin_is_checked_on_every_connection(site: Site) -> None:
    """A peer that comes back with another certificate is refused, after many good calls to the first one."""
    first, second = site.peer(healthy()), site.peer(healthy())
    adapter, pinned = site.adapter(), Trust(thumbprint=_thumbprint(first))
    adapter.facts(site.manager(first, trust=pinned))

    facts = adapter.facts(site.manager(second, trust=pinned))

    _refused(facts, second)


def test_a_kept_connection_is_not_used_for_another_name(site: Site) -> None:
    """Two names behind one address: the connection that was verified for the one says nothing of the other."""
    peer, adapter = site.peer(healthy()), site.adapter()
    manager = site.manager(peer)
    adapter.facts(manager)
    before = peer.bytes_received

    facts = adapter.facts(replace(manager, endpoint=replace(manager.endpoint, host="hcx.elsewhere.test")))

    gap = facts.gap("manager")
    assert gap is not None
    assert (gap.reason, peer.bytes_received) == (GapReason.CERTIFICATE, before)


def test_a_kept_connection_is_not_used_under_another_trust(site: Site) -> None:
    """The same name under a stricter trust is verified anew."""
    peer, adapter = site.peer(healthy()), site.adapter()
    adapter.facts(site.manager(peer))
    before = peer.bytes_received

    facts = adapter.facts(site.manager(peer, trust=Trust(ca_file=site.other_ca_file)))

    gap = facts.gap("manager")
    assert gap is not None
    assert (gap.reason, peer.bytes_received) == (GapReason.CERTIFICATE, before)


def test_a_replaced_bundle_counts_at_once(site: Site) -> None:
    """What was trusted before the file changed is not trusted after it."""
    peer, adapter = site.peer(healthy()), site.adapter()
    adapter.facts(site.manager(peer))

    Path(site.ca_file).write_bytes(Path(site.other_ca_file).read_bytes())

    gap = adapter.facts(site.manager(peer)).gap("manager")
    assert gap is not None
    assert gap.reason is GapReason.CERTIFICATE


@pytest.mark.parametrize(
    "content",
    [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", None],
    ids=["empty", "text", "broken", "missing"],
)
def test_an_unusable_bundle_is_a_gap_with_its_remedy(site: Site, content: bytes | None) -> None:
    """A CA file without a certificate trusts nobody, and says which file it is."""
    file = site.folder / "broken.pem"
    if content is not None:
        file.write_bytes(content)
    peer = site.peer(healthy())

    facts = site.adapter().facts(site.manager(peer, trust=Trust(ca_file=str(file))))

    gap = facts.gap("manager")
    assert gap is not None
    assert (gap.reason, "broken.pem" in gap.detail, peer.connections) == (GapReason.CERTIFICATE, True, 0)
    assert gap.remedy


def test_anchors_are_every_certificate_of_a_bundle(site: Site) -> None:
    """Comments between certificates do not matter, and a pin is its own anchor."""
    both = site.folder / "both.pem"
    both.write_bytes(Path(site.ca_file).read_bytes() + b"# and\n" + Path(site.other_ca_file).read_bytes())

    assert trust_anchors(Trust(ca_file=str(both))) == {sha256_of(site.ca), sha256_of(site.other_ca)}
    assert trust_anchors(Trust(thumbprint="ab" * 32)) == {"ab" * 32}


def test_the_systems_authorities_are_no_anchors() -> None:
    """A confirmation for a public authority would be one for everybody it ever signed."""
    assert trust_anchors(Trust()) == frozenset()


def test_a_missing_bundle_has_no_anchors(tmp_path: Path) -> None:
    """It is an error that names the file."""
    with pytest.raises(TrustUnusableError, match=r"gone\.pem"):
        trust_anchors(Trust(ca_file=str(tmp_path / "gone.pem")))


def test_a_port_without_tls_is_unreachable(site: Site) -> None:
    """Plain HTTP is never spoken."""
    peer = site.peer(healthy())
    plain = Peer(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), {})  # has no certificate, so it speaks to nobody
    with plain:
        gap = site.adapter().facts(site.manager(plain)).gap("manager")

    assert gap is not None
    assert gap.reason is GapReason.UNREACHABLE
    assert peer.connections == 0
