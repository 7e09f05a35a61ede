"""Drift: every kind of difference, what a plan expects of it, and what makes a run refuse it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.model.plan import (
    ApplianceThen,
    Baseline,
    ManagerThen,
    MeshThen,
    RestraintKind,
    RestraintThen,
    SubjectKind,
)
from shared.model.version import Version
from shared.rules.catalogue import paths
from shared.rules.changes import TABLE, Change, ChangeKind
from shared.rules.drift import STALE, differences, drift, hashes_of, onward_by, refusal
from tests.report.planned_fleet import BASELINE, PLAN

HASHES = hashes_of(PLAN)
ONWARD = onward_by(paths())


def with_manager(name: str, **changes: object) -> Baseline:
    """The fleet with one manager other than the plan saw it."""
    managers = (replace(one, **changes) if one.manager == name else one for one in BASELINE.managers)  # type: ignore[arg-type]
    return replace(BASELINE, managers=tuple(managers))


def at(name: str, version: str) -> Baseline:
    """The fleet with one manager at another version."""
    return with_manager(name, version=Version(version))


def without(name: str) -> Baseline:
    """The fleet with one manager that could not be read."""
    return replace(BASELINE, managers=tuple(one for one in BASELINE.managers if one.manager != name))


def apart(*names: str) -> Baseline:
    """The fleet with managers that list no pairing any more."""
    managers = (replace(one, pairs=()) if one.manager in names else one for one in BASELINE.managers)
    return replace(BASELINE, managers=tuple(managers))


def with_mesh(**changes: object) -> Baseline:
    """The fleet with mesh-lyon other than the plan saw it."""
    meshes = (replace(one, **changes) if one.mesh == "m-17" else one for one in BASELINE.meshes)  # type: ignore[arg-type]
    return replace(BASELINE, meshes=tuple(meshes))


def appliances(**versions: str) -> Baseline:
    """The fleet with appliances of mesh-lyon at these versions: `IX_I1="4.11.4"`."""
    found = {name.replace("_", "-"): Version(version) for name, version in versions.items()}
    return with_mesh(
        appliances=tuple(
            ApplianceThen(id=f"id-{name}", name=name, version=found.get(name, Version("4.8.2")))
            for name in ("IX-I1", "NE-I1")
        )
    )


def restrained(kind: RestraintKind, subject: str, value: str = "") -> RestraintThen:
    """Something that is held back."""
    of = SubjectKind.PRIVATE_CLOUD if subject.startswith("pc-") else SubjectKind.CONNECTOR
    return RestraintThen(kind=kind, of=of, subject=subject, value=value, text=f"{kind} of {subject}")


def holding(*restraints: RestraintThen) -> Baseline:
    """The fleet with these restraints."""
    return replace(BASELINE, restraints=restraints)


NEW_MANAGER = ManagerThen(manager="con-new", system_id="sys-con-new", version=Version("4.11.4"), pairs=())
NEW_MESH = MeshThen(mesh="m-19", name="mesh-new", ends=("sys-con-lyon", "sys-pc-weu-01"), services=(), appliances=())

VERSION, IDENTITY, PAIRING = ChangeKind.VERSION, ChangeKind.IDENTITY, ChangeKind.PAIRING
OBSERVATION, MEMBERSHIP = ChangeKind.OBSERVATION, ChangeKind.MEMBERSHIP
MESH, APPLIANCE = ChangeKind.MESH, ChangeKind.APPLIANCE
HOLD, CAP = RestraintKind.HOLD, RestraintKind.VERSION_CAP

CASES: list[tuple[str, Baseline, ChangeKind, str, bool]] = [
    # what provider and people do is progress, hops or not, as long as it stays on the way
    (
        "provider",
        at("pc-weu-01", "4.11.4"),
        VERSION,
        "manager pc-weu-01 4.10.3 → 4.11.4, by the provider",
        True,
    ),
    ("beside a hop", at("pc-weu-01", "4.11.1"), VERSION, "manager pc-weu-01 4.10.3 → 4.11.1", True),
    ("new build", at("pc-weu-01", "4.11.4.0-24972693"), VERSION, "4.10.3 → 4.11.4", True),
    (
        "people",
        at("con-ulm", "4.11.4"),
        VERSION,
        "manager con-ulm 4.10.3 → 4.11.4, by people at the site",
        True,
    ),
    ("beyond", at("pc-weu-01", "9.0.0"), VERSION, "manager pc-weu-01 4.10.3 → 9.0.0, not by us", False),
    ("backwards", at("con-ulm", "4.10.2"), VERSION, "4.10.3 → 4.10.2, not by us, and backwards", False),
    ("not understood", at("pc-weu-01", "next"), VERSION, "manager pc-weu-01 4.10.3 → next", False),
    ("ours by others", at("con-lyon", "4.9.2"), VERSION, "not by us, before its task began", False),
    ("no task", at("pc-ger-01", "4.11.5"), VERSION, "manager pc-ger-01 4.11.4 → 4.11.5, not by us", False),
    ("patched", at("pc-ger-01", "4.11.4.0-24972693"), VERSION, "4.11.4 → 4.11.4.0-24972693", False),
    # identity and pairing
    (
        "identity",
        with_manager("pc-ger-01", system_id="other"),
        IDENTITY,
        "another system answers for",
        False,
    ),
    (
        "unpaired",
        apart("con-lyon", "pc-weu-01"),
        PAIRING,
        "con-lyon and pc-weu-01 are no longer paired",
        False,
    ),
    (
        "paired",
        with_manager("con-ulm", pairs=("sys-pc-ger-01", "sys-x")),
        PAIRING,
        "con-ulm and sys-x are",
        False,
    ),
    # what is held back
    ("held", holding(restrained(HOLD, "pc-weu-01")), ChangeKind.RESTRAINT, "hold of pc-weu-01", False),
    ("connector held", holding(restrained(HOLD, "con-ulm")), ChangeKind.RESTRAINT, "hold of con-ulm", False),
    ("capped", holding(restrained(CAP, "pc-weu-01", "4.10.3")), ChangeKind.RESTRAINT, "cap of pc-weu-01", False),
    (
        "held elsewhere",
        holding(restrained(HOLD, "pc-far-01")),
        ChangeKind.RESTRAINT,
        "hold of pc-far-01, which the plan does not touch",
        True,
    ),
    # who can be seen at all
    ("unread", without("con-lyon"), OBSERVATION, "manager con-lyon cannot be read now", True),
    (
        "read at last",
        replace(BASELINE, managers=(*BASELINE.managers, NEW_MANAGER)),
        OBSERVATION,
        "manager con-new can be read now",
        False,
    ),
    (
        "cloud gone",
        replace(BASELINE, members=BASELINE.members[1:]),
        MEMBERSHIP,
        "pc-ger-01 is no longer",
        False,
    ),
    (
        "cloud new",
        replace(BASELINE, members=(*BASELINE.members, "/x/pc-new")),
        MEMBERSHIP,
        "pc-new is new",
        False,
    ),
    # meshes
    ("mesh gone", replace(BASELINE, meshes=BASELINE.meshes[1:]), MESH, "mesh mesh-lyon is gone", False),
    (
        "mesh new",
        replace(BASELINE, meshes=(*BASELINE.meshes, NEW_MESH)),
        MESH,
        "mesh mesh-new is new",
        False,
    ),
    ("other ends", with_mesh(ends=("sys-con-ulm", "sys-pc-weu-01")), MESH, "has other ends", False),
    (
        "service gone",
        with_mesh(services=("INTERCONNECT",)),
        MESH,
        "has no NETWORK_EXTENSION any more",
        False,
    ),
    (
        "service new",
        with_mesh(services=("INTERCONNECT", "NETWORK_EXTENSION", "WANOPT")),
        MESH,
        "has WANOPT now",
        False,
    ),
    ("renamed", with_mesh(name="mesh-paris"), MESH, "mesh mesh-lyon is called mesh-paris now", False),
    # appliances
    ("at target", appliances(IX_I1="4.11.4"), APPLIANCE, "IX-I1 of mesh-lyon 4.8.2 → 4.11.4", True),
    (
        "on the way",
        appliances(NE_I1="4.9.2"),
        APPLIANCE,
        "NE-I1 of mesh-lyon 4.8.2 → 4.9.2, not by us",
        False,
    ),
    ("past it", appliances(NE_I1="9.0.0"), APPLIANCE, "NE-I1 of mesh-lyon 4.8.2 → 9.0.0, not by us", False),
    (
        "appliance gone",
        with_mesh(appliances=BASELINE.meshes[0].appliances[:1]),
        APPLIANCE,
        "appliance NE-I1 of mesh-lyon is gone",
        False,
    ),
    (
        "appliance new",
        with_mesh(
            appliances=(
                *BASELINE.meshes[0].appliances,
                ApplianceThen(id="id-NE-I2", name="NE-I2", version=Version("4.11.4")),
            )
        ),
        APPLIANCE,
        "appliance NE-I2 of mesh-lyon is new at 4.11.4",
        False,
    ),
]


@pytest.mark.parametrize(
    ("now", "kind", "text", "expected"), [one[1:] for one in CASES], ids=[one[0].replace(" ", "-") for one in CASES]
)
def test_every_difference_is_told_and_judged(now: Baseline, kind: ChangeKind, text: str, *, expected: bool) -> None:
    """Each difference is found once under its kind, in HCX words, and only what the plan expects leaves it standing."""
    found = [one for one in drift(PLAN, now, HASHES, onward=ONWARD) if one.kind is kind]

    assert [one.expected for one in found] == [expected], found
    assert text in found[0].said
    assert (refusal(found) is None) == expected


def test_nothing_changed_is_no_drift() -> None:
    """A fleet that is as the plan saw it gives no change and no refusal."""
    assert drift(PLAN, BASELINE, HASHES) == ()
    assert refusal(()) is None


@pytest.mark.parametrize(
    ("changed", "kind", "text"),
    [
        ({"policy": "x"}, ChangeKind.POLICY, "fleet.yaml was changed"),
        ({"confirmations": "x"}, ChangeKind.CONFIRMATIONS, "the confirmations of changing calls were changed"),
        ({"catalogue": "x"}, ChangeKind.CATALOGUE, "what is known of releases, paths and risks was changed"),
        ({"overrides": "x"}, ChangeKind.CATALOGUE, "the file that corrects the catalogue was changed"),
        ({"overrides": None}, ChangeKind.CATALOGUE, "the file that corrects the catalogue is gone"),
    ],
)
def test_every_file_counts(changed: dict[str, str | None], kind: ChangeKind, text: str) -> None:
    """A plan is for the files that it was made with, whatever the fleet looks like."""
    (found,) = drift(PLAN, BASELINE, replace(HASHES, **changed))  # type: ignore[arg-type]

    assert (found.kind, found.text, found.expected) == (kind, text, False)


def test_what_a_run_of_this_plan_did_is_no_drift() -> None:
    """A run that goes on sees its own work: versions on the way of tasks that it began."""
    both = replace(at("con-lyon", "4.9.2"), meshes=appliances(NE_I1="4.9.2").meshes)
    found = drift(PLAN, both, HASHES, done={"manager:con-lyon", "mesh:m-17"}, onward=ONWARD)

    assert [one.because for one in found] == ["by a run of this plan", "by a run of this plan"]
    assert refusal(found) is None


@pytest.mark.parametrize(("version", "expected"), [("4.9.2", True), ("4.11.4", True), ("4.10.1", False)])
def test_only_stops_of_the_plan_are_on_its_way_unless_a_listed_way_leads_on(version: str, *, expected: bool) -> None:
    """A release that lies between two others by its number need not be on the way from one to the other."""
    found = drift(PLAN, at("con-lyon", version), HASHES, done={"manager:con-lyon"})

    assert [one.expected for one in found] == [expected]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (restrained(CAP, "pc-weu-01", "4.11.4"), restrained(CAP, "pc-weu-01", "4.10.3"), [False]),
        (restrained(CAP, "pc-weu-01", "4.10.3"), restrained(CAP, "pc-weu-01", "4.11.4"), [True]),
        (
            restrained(RestraintKind.EXTENSION_MODE, "pc-weu-01", "standard"),
            restrained(RestraintKind.EXTENSION_MODE, "pc-weu-01", "manual"),
            [False],
        ),
        (
            restrained(RestraintKind.EXTENSION_MODE, "pc-weu-01", "manual"),
            restrained(RestraintKind.EXTENSION_MODE, "pc-weu-01", "standard"),
            [True],
        ),
        (restrained(HOLD, "pc-weu-01"), replace(restrained(HOLD, "pc-weu-01"), text="for another reason"), []),
        (restrained(HOLD, "pc-weu-01"), None, [True]),
    ],
)
def test_only_what_holds_back_more_than_before_voids_a_plan(
    was: RestraintThen, now: RestraintThen | None, expected: list[bool]
) -> None:
    """What is let go, in full or in part, is progress; a hold whose reason changed is the same hold."""
    plan = replace(PLAN, baseline=holding(was))

    assert [one.expected for one in drift(plan, holding(*([now] if now else [])), HASHES)] == expected


def test_a_pairing_is_there_while_one_end_lists_it() -> None:
    """The two ends do not always show a pairing at the same time."""
    one_side = with_manager("pc-weu-01", pairs=())

    assert drift(PLAN, one_side, HASHES) == ()


def test_what_an_unread_manager_showed_is_not_gone() -> None:
    """A mesh, its appliances and a pairing that nobody could show this time are told as such, and void nothing."""
    hidden = replace(apart("con-lyon", "pc-weu-01"), meshes=BASELINE.meshes[1:])
    seen, unread = drift(PLAN, hidden, HASHES), drift(PLAN, hidden, HASHES, unread={"con-lyon", "pc-weu-01"})

    assert refusal(seen) is not None
    assert refusal(unread) is None
    assert all("cannot be read now" in one.text for one in unread)


def test_an_appliance_in_a_new_place_is_the_same_appliance() -> None:
    """An upgrade in service deploys a new appliance under the old name: that is the change, and not two."""
    moved = ApplianceThen(id="id-other", name="NE-I1", version=Version("4.11.4"))
    found = drift(PLAN, with_mesh(appliances=(BASELINE.meshes[0].appliances[0], moved)), HASHES)

    assert [(one.text, one.expected) for one in found] == [("appliance NE-I1 of mesh-lyon 4.8.2 → 4.11.4", True)]


def test_a_refusal_tells_everything_that_was_not_expected() -> None:
    """One sentence names every unexpected change and none of the expected ones."""
    both = replace(at("con-ulm", "4.11.4"), members=BASELINE.members[1:])
    told = refusal(drift(PLAN, both, replace(HASHES, policy="x"))) or ""

    assert told.startswith(STALE)
    assert "fleet.yaml was changed; private cloud pc-ger-01 is no longer in scope" in told
    assert "con-ulm" not in told


def test_two_plans_expect_nothing_of_each_other() -> None:
    """Compared with another plan, what the provider did is a difference like any other."""
    later = replace(PLAN, baseline=at("pc-weu-01", "4.11.4"))

    assert differences(PLAN, PLAN) == ()
    assert [(one.said, one.expected) for one in differences(PLAN, later)] == [
        ("manager pc-weu-01 4.10.3 → 4.11.4", False)
    ]


def test_the_table_finds_every_kind() -> None:
    """No kind of difference is declared without being looked for, and each case above is one of them."""
    found: set[ChangeKind] = {one[2] for one in CASES}

    assert set(TABLE) == set(ChangeKind)
    assert found == set(ChangeKind) - {ChangeKind.POLICY, ChangeKind.CONFIRMATIONS, ChangeKind.CATALOGUE}


def test_the_order_of_changes_is_the_same_every_time() -> None:
    """Changes come in the order of the table and of subjects, so that two texts can be compared."""
    everything = Baseline(members=("/x/b", "/x/a"))
    found = drift(PLAN, everything, HASHES)
    by_kind: Callable[[Change], int] = lambda one: list(ChangeKind).index(one.kind)  # noqa: E731 -- a key

    assert list(found) == sorted(found, key=lambda one: (by_kind(one), one.subject, one.text))
