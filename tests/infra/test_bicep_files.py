"""What can be held true of the Bicep files without a compiler: see infra/README.md for what cannot."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pycep import BicepParser

INFRA = Path(__file__).parents[2] / "infra"
FILES = sorted(INFRA.glob("*.bicep"))
KNOWN_ROLES = {
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
    "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
    "0ad04412-c4d5-4796-b79c-f76d14c8d402": "Durable Task Data Contributor",
}
"""Built-in roles as Microsoft's own samples name them; a mistyped id passes every parser and linter."""
GRANTS = {"Microsoft.Authorization/roleAssignments", "Microsoft.Authorization/roleDefinitions"}
RUN_COMMANDS = {
    "Microsoft.AVS/privateClouds/scriptPackages/read",
    "Microsoft.AVS/privateClouds/scriptPackages/scriptCmdlets/read",
    "Microsoft.AVS/privateClouds/scriptExecutions/read",
    "Microsoft.AVS/privateClouds/scriptExecutions/write",
    "Microsoft.AVS/privateClouds/scriptExecutions/getExecutionLogs/action",
}
"""All that the identity for run commands may do."""
ROLE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def _parse(path: Path) -> dict[str, Any]:
    return dict(BicepParser().parse(text=path.read_text(encoding="utf-8")))


def _values(node: object) -> Iterator[object]:
    """Everything in a syntax tree, depth first."""
    yield node
    children = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    for child in children:
        yield from _values(child)


def _description(declared: Mapping[str, Any]) -> str:
    found = (one["argument"] for one in declared["decorators"] if one["type"] == "description")
    return str(next(found, ""))


def _body(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands between the braces, with or without a condition before them."""
    return config["config"] if "condition" in config else config


def _resources(path: Path) -> list[dict[str, Any]]:
    return [one for one in _parse(path).get("resources", {}).values() if not one.get("existing")]


@every_file
def test_file_parses(path: Path) -> None:
    """The file is Bicep, and says something."""
    parsed = _parse(path)

    assert parsed.get("resources") or parsed.get("modules")


@every_file
@pytest.mark.parametrize("kind", ["parameters", "outputs"])
def test_everything_is_described(path: Path, kind: str) -> None:
    """Every parameter and output has a description of one sentence."""
    declared = _parse(path).get(kind, {})

    poor = [name for name, one in declared.items() if not re.fullmatch(r"[A-Z`][^\n]*\.", _description(one))]

    assert poor == []


@every_file
def test_only_known_roles(path: Path) -> None:
    """Every role id is one of a known built-in role, under a variable named after it."""
    variables = _parse(path).get("variables", {})
    ids = {value for value in _values(_parse(path)) if isinstance(value, str) and ROLE_ID.fullmatch(value)}

    named = {one["value"]: name for name, one in variables.items() if str(one["value"]) in ids}
    assert ids <= set(KNOWN_ROLES)
    assert {role: name.lower() for role, name in named.items()} == {
        role: KNOWN_ROLES[role].replace(" ", "").lower() for role in ids
    }


def test_all_grants_are_on_one_page() -> None:
    """Role assignments and the role of our own are in roles.bicep, and nothing else is."""
    granting = {path.name: [one["type"] for one in _resources(path)] for path in FILES}

    assert set(granting.pop("roles.bicep")) == GRANTS
    assert GRANTS.isdisjoint(kind for kinds in granting.values() for kind in kinds)


def test_the_role_for_run_commands_is_for_nothing_else() -> None:
    """The role of our own starts run commands and reads what they need; it neither deletes nor has a wildcard."""
    (role,) = [one for one in _resources(INFRA / "roles.bicep") if one["type"].endswith("/roleDefinitions")]
    (permissions,) = _body(role["config"])["properties"]["permissions"]

    assert [name for name in permissions if permissions[name]] == ["actions"]
    assert set(permissions["actions"]) == RUN_COMMANDS


def test_run_commands_are_off_as_delivered() -> None:
    """Without a word of the owner there is neither a second identity nor a role for run commands."""
    main = _parse(INFRA / "main.bicep")
    (role,) = [one for one in _resources(INFRA / "roles.bicep") if one["type"].endswith("/roleDefinitions")]

    assert main["parameters"]["runCommands"]["default"] is False
    assert "runCommands" in str(main["modules"]["executor"]["config"]["condition"])
    assert "withRunCommands" in str(role["config"]["condition"])


def test_the_second_identity_is_given_nothing_here() -> None:
    """Every role assignment is for the app's own identity; where run commands may be started is decided elsewhere."""
    given = _body(_parse(INFRA / "main.bicep")["modules"]["roles"]["config"])["params"]

    assert "executor" not in str(given)


def test_main_is_composition() -> None:
    """The main file puts modules of this folder together and declares no resource itself."""
    main = _parse(INFRA / "main.bicep")

    paths = {one["detail"]["path"] for one in main["modules"].values()}
    assert not main.get("resources")
    assert paths == {path.name for path in FILES} - {"main.bicep"}


def test_modules_get_what_they_declare() -> None:
    """Each module is given every parameter it declares without a default, and no other."""
    for module in _parse(INFRA / "main.bicep")["modules"].values():
        declared = _parse(INFRA / module["detail"]["path"])["parameters"]
        needed = {name for name, one in declared.items() if one["default"] is None}
        given = set(_body(module["config"])["params"])

        assert needed <= given <= set(declared), module["detail"]["path"]


@every_file
def test_nothing_is_fetched(path: Path) -> None:
    """No module comes from a registry, which could be neither restored nor read here."""
    assert "br/" not in path.read_text(encoding="utf-8")
    assert "br:" not in path.read_text(encoding="utf-8")


def test_storage_knows_no_keys() -> None:
    """The storage account is opened by roles only, and by nobody from outside."""
    accounts = [one for one in _resources(INFRA / "storage.bicep") if one["type"].endswith("/storageAccounts")]

    properties = accounts[0]["config"]["properties"]
    assert len(accounts) == 1
    assert properties["allowSharedKeyAccess"] is False
    assert properties["allowBlobPublicAccess"] is False
    assert properties["minimumTlsVersion"] == "TLS1_2"


def test_app_runs_the_python_of_this_project() -> None:
    """Azure is told to run the version of Python that .python-version names, on Flex Consumption."""
    app = _resources(INFRA / "app.bicep")
    wanted = (INFRA.parent / ".python-version").read_text(encoding="utf-8").strip()

    plan = next(one for one in app if one["type"] == "Microsoft.Web/serverfarms")
    site = next(one for one in app if one["type"] == "Microsoft.Web/sites")
    assert plan["config"]["sku"] == {"name": "FC1", "tier": "FlexConsumption"}
    assert site["config"]["properties"]["functionAppConfig"]["runtime"] == {"name": "python", "version": wanted}
    assert site["config"]["properties"]["httpsOnly"] is True
