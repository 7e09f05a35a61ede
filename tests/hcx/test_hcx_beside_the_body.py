"""What an answer tells beside its body: until when the manager's certificate lasts, and what its clock shows."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509

from shared.model.facts import ManagerFacts, Seen
from shared.tls.validity import runs_out
from tests.hcx.hcx_world import PlayedWorld, played

ALONE = """
clouds: []
connectors: [{name: con, hcx: "4.11.3"}]
"""
CLOCK_OFF = f"{ALONE}faults: [{{name: clock_off, on: con}}]\n"
SECOND = timedelta(seconds=1)
"""`Date` is cut to it."""


def facts_of(world: PlayedWorld) -> tuple[ManagerFacts, Seen[datetime]]:
    """Facts of the one manager, and its clock."""
    facts = world.adapter.facts(world.manager("con"))

    assert facts.clock is not None

    return facts, facts.clock


def test_a_pass_holds_the_end_of_the_certificate_and_the_clock(tmp_path: Path) -> None:
    """Both come with the answer to the knock, at its time, and the clock of a manager that is well is ours."""
    with played(tmp_path, ALONE) as world:
        facts, clock = facts_of(world)
        now = world.now()

    assert facts.certificate is not None
    assert facts.certificate_until is not None
    assert facts.certificate_until.value > now + timedelta(days=365)
    assert facts.certificate.at == facts.certificate_until.at == clock.at
    assert abs(clock.value - clock.at) <= SECOND


def test_a_clock_that_is_wrong_shows(tmp_path: Path) -> None:
    """A manager whose clock is an hour ahead is seen an hour ahead, by the time of this host."""
    with played(tmp_path, CLOCK_OFF) as world:
        _, clock = facts_of(world)

    assert abs(clock.value - clock.at - timedelta(hours=1)) <= SECOND


@pytest.mark.parametrize(
    "until",
    [
        datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC),
        datetime(2049, 12, 31, tzinfo=UTC),
        datetime(2060, 1, 1, tzinfo=UTC),
    ],
)
def test_the_end_is_read_in_both_forms_of_time(until: datetime) -> None:
    """Years up to 2049 are written with two digits, later ones with four, and a full reader reads the same."""
    before = until - timedelta(days=30)
    pem = trustme.CA().issue_cert("hcx.example", not_before=before, not_after=until).cert_chain_pems[0].bytes()
    der = ssl.PEM_cert_to_DER_cert(pem.decode())

    assert runs_out(der) == until == x509.load_der_x509_certificate(der).not_valid_after_utc


@pytest.mark.parametrize(
    "der", [b"", b"0", b"\x30\x82", b"\x30\x03abc", b"\x30\x84\xff\xff\xff\xff", b"nothing at all"]
)
def test_what_is_no_certificate_has_no_end(der: bytes) -> None:
    """A pin may let any bytes through; they are no reason to fail."""
    assert runs_out(der) is None
