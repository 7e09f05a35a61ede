"""What is special about the store on Azure Tables: identities, rows changed behind our back, other versions, limits."""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from azure.core.credentials import AccessToken, AzureNamedKeyCredential
from azure.data.tables import TableClient, UpdateMode
from hypothesis import given
from hypothesis import strategies as st

from shared.model.ledger import ClaimState, LeaseWish
from shared.rules.chain import faults
from shared.store.blobs import BlobReports, container_client
from shared.store.errors import StoreBusyError, StoreUnusableError, TamperedError
from shared.store.table_texts import beginning_of, entities_of, key_of, properties_of, text_in
from shared.store.tables import SCHEMA_VERSION, TableStore, table_client
from tests.azurite import ACCOUNT, Azurite, open_table, running_azurite
from tests.store.test_store_conformance import NOW, entry_of


class Identity:
    """A credential as `azure-identity` has them, with a token that the emulator looks at but cannot verify."""

    def __init__(self, audience: str = "https://storage.azure.com") -> None:
        self._audience = audience

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """A token for the audience."""
        now = int(time.time())
        tenant = "https://sts.windows.net/00000000-0000-0000-0000-0000000000aa/"
        claims = {"aud": self._audience, "iss": tenant, "iat": now - 60, "nbf": now - 60, "exp": now + 3600}
        parts = [_part({"alg": "RS256", "typ": "JWT"}), _part(claims), _part({})]
        return AccessToken(".".join(parts), now + 3600)


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the authority of the emulator's certificate; the certificate and its key lie beside it."""
    folder = tmp_path_factory.mktemp("tls")
    ca = trustme.CA()
    issued = ca.issue_cert("127.0.0.1")
    ca.cert_pem.write_to_path(folder / "ca.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    return folder / "ca.pem"


@pytest.fixture(scope="session")
def guarded(authority: Path) -> Iterator[Azurite]:
    """An emulator that takes tokens over TLS."""
    folder = authority.parent
    with running_azurite(
        "--oauth", "basic", "--cert", str(folder / "cert.pem"), "--key", str(folder / "key.pem")
    ) as running:
        yield running


def test_identity(guarded: Azurite, authority: Path) -> None:
    """With a token of an identity, over TLS, everything works as with a key."""
    client = table_client(guarded.tables, Identity(), connection_verify=str(authority))
    with TableStore(client) as store:
        store.take_write_lock()

        assert store.append("run", entry_of("x"))
        assert store.claim("manager:a", "up", 1, "run", NOW).mine


def test_identity_without_role(guarded: Azurite, authority: Path) -> None:
    """An identity that is refused is told at once which role it needs."""
    client = table_client(guarded.tables, Identity("https://vault.azure.net"), connection_verify=str(authority))

    with pytest.raises(
        StoreUnusableError, match=r"refuses us: .*; give this identity the role Storage Table Data Contrib"
    ):
        TableStore(client)


def test_certificate_of_somebody_else(guarded: Azurite) -> None:
    """An endpoint whose certificate nobody vouches for is not spoken to."""
    with pytest.raises(StoreBusyError, match=r"(?i)certificate"):
        TableStore(table_client(guarded.tables, Identity()), patience=0.5)


def test_reports(guarded: Azurite, authority: Path) -> None:
    """Reports go into blobs, with their kind, can be written again, and it is said where they are."""
    container = container_client(guarded.blobs, Identity(), connection_verify=str(authority))
    reports = BlobReports(container)
    reports.publish("run-1", "report.html", b"<p>early</p>")

    place = reports.publish("run-1", "report.html", b"<p>late</p>")

    blob = container.get_blob_client("run-1/report.html")
    assert place == blob.url
    assert blob.download_blob().readall() == b"<p>late</p>"
    assert blob.get_blob_properties().content_settings.content_type == "text/html; charset=utf-8"


def test_reports_without_role(guarded: Azurite, authority: Path) -> None:
    """An identity that may not write blobs is told which role it needs."""
    wrong = Identity("https://vault.azure.net")
    reports = BlobReports(container_client(guarded.blobs, wrong, connection_verify=str(authority)))

    with pytest.raises(StoreUnusableError, match="give this identity the role Storage Blob Data Contributor"):
        reports.publish("run-1", "report.html", b"")


@pytest.fixture
def address(azurite: Azurite) -> str:
    """The address of a fresh table."""
    return azurite.new_table()


def table_of(address: str) -> TableClient:
    """The table, for somebody who does not go through the store."""
    endpoint, key, table = address.split("|")
    return table_client(endpoint, AzureNamedKeyCredential(ACCOUNT, key), table)


def change(address: str, partition: str, key: str, **properties: Any) -> None:
    """Change a row behind the store's back."""
    table_of(address).update_entity({"PartitionKey": partition, "RowKey": key, **properties}, mode=UpdateMode.MERGE)


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "done"},
        {"holder": "run-2"},
        {"fence": 9},
        {"job": "job-9"},
        {"at": "yesterday"},
        {"state": "never"},
        {"step": "other"},
    ],
)
def test_tampered_claim(address: str, changed: dict[str, Any]) -> None:
    """A claim that was changed behind our back is named, and nothing goes on from it."""
    with open_table(address) as store:
        claim = store.claim("manager:a", "up", 1, "run-1", NOW)
        change(address, "claims", key_of("manager:a", "up", "1"), **changed)

        with pytest.raises(TamperedError, match=r"claim on manager:a, step .*, generation 1: the row was changed"):
            store.record_claim(claim, ClaimState.DONE, None, NOW)
        with pytest.raises(TamperedError):
            store.claim("manager:a", "up", 1, "run-1", NOW)
        with pytest.raises(TamperedError):
            store.claims_of(changed.get("holder", "run-1"))


def test_moved_claim(address: str) -> None:
    """A claim that was copied over another one is found."""
    with open_table(address) as store:
        for step in ("up", "down"):
            store.claim("manager:a", step, 1, "run-1", NOW)
        row = table_of(address).get_entity("claims", key_of("manager:a", "down", "1"))
        table_of(address).upsert_entity({**row, "RowKey": key_of("manager:a", "up", "1")})

        with pytest.raises(TamperedError, match="lies in the row of another one"):
            store.claim("manager:a", "up", 1, "run-1", NOW)


def test_tampered_journal(address: str) -> None:
    """A journal that was changed behind our back is read all the same, and its chain names the link and how."""
    with open_table(address) as store:
        for key in "abc":
            store.append("run", entry_of(key, f"look {key}"))
        text = str(table_of(address).get_entity("journal:run", "e0000000002")["text"])

        change(address, "journal:run", "e0000000002", text=text.replace("look b", "look x"))
        assert [told.split(",")[0] for told in faults(store.chain("run"))] == ["link 2 of run run"]

        change(address, "journal:run", "e0000000002", text=text)
        table_of(address).delete_entity("journal:run", "e0000000001")
        assert faults(store.chain("run")) == ("link 2 of run run, b: link 1 is missing before it, or out of order",)


def test_journal_of_no_entries(address: str) -> None:
    """A row of the journal that is no entry any more is named."""
    with open_table(address) as store:
        store.append("run", entry_of("a"))
        change(address, "journal:run", "e0000000001", text="gone")

        with pytest.raises(TamperedError, match="entry e0000000001 in the journal of run run"):
            store.chain("run")


def test_other_version(address: str) -> None:
    """A table of a newer version is refused with both versions and what to do."""
    open_table(address).close()
    change(address, "schema", "version", version=SCHEMA_VERSION + 1)

    wanted = f"schema version {SCHEMA_VERSION + 1}, .* version {SCHEMA_VERSION}; use a newer hcx-fleet"
    with pytest.raises(StoreUnusableError, match=wanted):
        open_table(address)


def test_nobody_there(azurite: Azurite) -> None:
    """An endpoint that does not answer makes the store busy, after our patience."""
    address = azurite.new_table().replace(azurite.tables, f"http://127.0.0.1:9/{ACCOUNT}")

    with pytest.raises(StoreBusyError, match=r"did not take a call within 0\.3 s"):
        open_table(address, patience=0.3)


def test_leases_in_one_transaction(address: str) -> None:
    """Every change of any lease moves the epoch on, so that no two changes are decided on the same leases."""
    with open_table(address) as store:
        etags = []
        for subject in ("manager:a", "manager:b"):
            wish = LeaseWish(subject=subject, quiet=(), run="run", task=subject, until=NOW.replace(hour=9))
            store.take_lease(wish, NOW)
            etags.append(table_of(address).get_entity("leases", "!epoch").metadata["etag"])

    assert etags[0] != etags[1]


def test_old_bodies_are_deleted(address: str) -> None:
    """A long document that is replaced leaves nothing behind."""
    with open_table(address) as store:
        for number in range(3):
            store.put_document("run", "facts", _incompressible(number))

        kept = {row["PartitionKey"] for row in table_of(address).list_entities() if "part00" in row}
        assert len(kept) == 1
        store.put_document("run", "facts", "short")

    assert not [row for row in table_of(address).list_entities() if "part00" in row]


def _incompressible(seed: int) -> str:
    return "".join(chr(0x4E00 + (number * (seed + 3) * 7919) % 20000) for number in range(600_000))


@given(st.lists(st.text(max_size=20), min_size=2, max_size=2, unique=True))
def test_keys_differ(names: list[str]) -> None:
    """Different names have different keys, of characters that any key may hold, and begin as their names do."""
    one, other = names
    assert key_of(one) != key_of(other)
    assert not set(key_of(one)) & set("/\\#?\t\n\r")
    assert key_of(one + other).startswith(beginning_of(one))
    assert key_of(one, other) != key_of(other, one)


@given(st.text(max_size=200), st.sampled_from([1, 400, 20_000]))
def test_texts(text: str, times: int) -> None:
    """A text of any length is what its properties, or its entities, hold."""
    long = text * times
    properties = properties_of(long)

    assert properties is None or text_in([properties]) == long
    assert text_in(entities_of(long)) == long
