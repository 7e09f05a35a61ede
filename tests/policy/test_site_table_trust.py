"""A row can say by what its connector is trusted, so that a new one needs no edit by hand."""

import pytest

from tests.policy.site_tables import bring_in, said, table, with_cells

PIN = "ab" * 32


@pytest.mark.parametrize(("column", "text", "key"), [("ca", "lyon.pem", "ca"), ("thumbprint", PIN, "thumbprint")])
def test_a_cell_becomes_the_trust_of_the_connector(column: str, text: str, key: str) -> None:
    """It stands in the connector's own entry, and an export would say the same again."""
    found = bring_in(with_cells({(2, column): text}, table()))

    assert said(found.problems) == []
    assert isinstance(found.content, dict)
    assert found.content["sites"][0]["connectors"][0][key] == text


@pytest.mark.parametrize("text", ["ab:cd", "1e9", "sha256"])
def test_a_thumbprint_that_is_none_is_refused(text: str) -> None:
    """What is no SHA-256 fingerprint is named with its cell, and nothing is changed."""
    found = bring_in(with_cells({(2, "thumbprint"): text}, table()))

    assert len(found.problems) == 1
    assert "thumbprint" in said(found.problems)[0]


def test_a_private_cloud_has_no_trust_in_the_table() -> None:
    """It is written under cloudManagers, so that a cell of a private cloud is refused."""
    found = bring_in(with_cells({(4, "ca"): "west.pem"}, table()))

    assert "is a connector's and has no meaning for a private cloud" in said(found.problems)[0]
