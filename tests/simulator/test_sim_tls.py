"""Certificates, and trouble with them."""

import hashlib
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from ruamel.yaml import YAML

from simulator.visitor import Visitor


def served(trouble: str) -> str:
    """A connector with that certificate."""
    return f'connectors: [{{name: con, hcx: "4.11.4", certificate: {trouble}}}]\n'


def test_certificates_are_right_for_their_names(pair: Visitor) -> None:
    """Every endpoint verifies under the world's CA and its name."""
    assert pair.manager("con-lyon").login().status_code == 200
    assert pair.manager("pc-weu-01").login().status_code == 200
    assert pair.azure("/subscriptions").status_code == 200


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("other-ca", "unable to get local issuer|self-signed"),
        ("wrong-name", "Hostname mismatch"),
        ("expired", "expired"),
    ],
)
def test_trouble_is_trouble(serve: Callable[[str], Visitor], trouble: str, reason: str) -> None:
    """A certificate of another CA, for another name, or expired does not verify, on neither port."""
    con = serve(served(trouble)).manager("con")

    with pytest.raises(httpx.ConnectError, match=reason):
        con.login()
    with pytest.raises(httpx.ConnectError, match=reason):
        con.appliance("GET", "/components/web/status")


def test_a_cloud_listed_by_address_has_a_certificate_for_it(serve: Callable[[str], Visitor]) -> None:
    """Where Azure lists the manager by address its certificate is for that address, and not for a name."""
    world = serve('clouds: [{name: pc, subscription: sub-a, hcx: "4.11.4", endpoint: address}]')
    place = world.published["managers"][0]
    url = f"https://{place['address']}:{place['service_port']}/hybridity/api/endpointInfo"

    with pytest.raises(httpx.ConnectError, match="Hostname mismatch"):
        world.https.get(url, extensions={"sni_hostname": place["host"]})
    assert world.https.get(url).status_code == 404


def test_thumbprints_are_published(serve: Callable[[str], Visitor]) -> None:
    """The published thumbprint is the SHA-256 of the certificate served; fleet.yaml pins it where the file says so."""
    world = serve('connectors: [{name: con, hcx: "4.11.4", trust: thumbprint}]')
    place = world.published["managers"][0]
    pem = ssl.get_server_certificate((place["address"], place["service_port"]))
    fleet = YAML(typ="safe").load(Path(world.settings["HCX_FLEET_POLICY"]).read_text("utf-8"))

    assert place["thumbprint"] == hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    connector = fleet["sites"][0]["connectors"][0]
    assert connector["thumbprint"] == place["thumbprint"]
    assert "ca" not in connector
