"""What is certain to fail is let pass by no waiver, though the check as a whole may be waived."""

import pytest

from shared.checks import run_checks
from shared.checks.interface import Concern
from shared.model.finding import Finding, Verdict
from tests.checks.case_notation import Case

CARRIER = ["ix-1 interconnect 4.10.3 up", "ne-1 network-extension 4.10.3 up networks=1"]
WAIVED = {"about": "A waiver.", "concern": "mesh", "waivers": ["static-binding mesh-lyon 30d"], "expect": []}


def binding(given: dict[str, object]) -> Finding:
    """What `static-binding` says of these facts of the connector, while somebody waives it."""
    case = Case.model_validate({**WAIVED, "given": {"con-lyon": given}})
    (found,) = (one for one in run_checks(case.context(), Concern.MESH) if one.check == "static-binding")
    return found


def test_a_network_of_the_mesh_that_binds_ephemerally_is_not_waived() -> None:
    """Its upgrade fails whatever anybody decides, so it blocks beside a waiver."""
    found = binding({"appliances": CARRIER, "extensions": ["web on=ne-1 ephemeral=yes"]})

    assert (found.verdict, found.waived) == (Verdict.UPGRADE_FAILURE, False)


@pytest.mark.parametrize(
    "given",
    [
        {"appliances": CARRIER, "extensions": ["web ephemeral=yes"]},
        {"missing": {"extensions": "unreachable"}},
    ],
    ids=["it may be another mesh's", "not observed"],
)
def test_what_is_doubtful_is_waived(given: dict[str, object]) -> None:
    """Somebody may answer for a network that may not be of this mesh, and for what was not observed."""
    found = binding(given)

    assert (found.verdict, found.waived) == (Verdict.WARN, True)
    assert "waived by ana@contoso.example" in found.summary
