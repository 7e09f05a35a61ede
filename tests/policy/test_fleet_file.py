"""fleet.yaml: what it becomes, and every error of it with file, line and field."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from shared.model.codec import Json
from shared.model.inventory import Endpoint, Reach, Tag, Trust, VcenterPlace
from shared.model.policy import (
    AcceptedRisk,
    Amount,
    Approval,
    Budget,
    CloudManagerEntry,
    CloudManagerSnapshots,
    ConnectorEntry,
    ConnectorSnapshots,
    ConnectorTarget,
    DefaultOwners,
    Exclusion,
    ExtensionMode,
    ExtensionPolicy,
    Freeze,
    Hold,
    Mode,
    NetworkEntry,
    NoticePolicy,
    Owner,
    PairOrder,
    Patience,
    Policy,
    Probe,
    ProviderDates,
    Retention,
    Scope,
    Selector,
    SharedConnectors,
    SiteEntry,
    SnapshotPolicy,
    Soak,
    SoakCriterion,
    TimeOutAction,
    VersionRange,
    Waiver,
    Wave,
    Webhook,
    Window,
)
from shared.model.span import Span
from shared.model.version import Version
from shared.policy import PolicyInvalidError
from shared.policy.lint import lint
from shared.policy.marked_yaml import read_yaml
from shared.policy.policy import read_policy
from shared.policy.problems import Severity
from shared.policy.schema import schema_text

ROOT = Path(__file__).parents[2]
PRINT = "ab" * 32

FULL = (
    Path(__file__)
    .with_name("full.yaml")
    .read_text(encoding="utf-8")
    .replace("PRINT", PRINT)
    .replace("PR:IN:TS", ":".join(["AB"] * 32))
)

LEAST = """\
apiVersion: hcxfleet/v1
kind: Fleet
metadata: {name: demo}
target: {version: "4.11.4"}
"""


WAVES = (
    Wave(
        name="canary",
        select=Selector(
            tags=(
                Tag(name="env", value="test"),
                Tag(name="hcx-ring", value="canary"),
                Tag(name="hcx-ring", value="early"),
            ),
            names=("pc-1", "pc-x-*"),
            subscriptions=("sub-1",),
            regions=("westeurope",),
            versions=VersionRange(at_least=Version("4.10"), below=Version("4.11.4")),
        ),
        concurrency=Amount(number=1),
        soak=Soak(
            span=timedelta(days=1),
            require=(
                SoakCriterion.NO_FAILURES,
                SoakCriterion.ALL_UPGRADED,
                SoakCriterion.TUNNELS_UP,
                SoakCriterion.NO_NEW_ALARMS,
            ),
            samples=6,
        ),
        approval=Approval(
            approvers=("avs-leads", "ann"),
            minimum=2,
            time_out=timedelta(hours=72),
            on_time_out=TimeOutAction.KEEP_WAITING,
        ),
        budget=Budget(max_failed=Amount(number=1), strict=True),
    ),
    Wave(name="broad", select=None, concurrency=Amount(percent=20)),
)

SITES = (
    SiteEntry(
        name="lyon",
        contacts=("lyon-ops@contoso.example", "lyon-boss@contoso.example"),
        windows=(
            Window(
                name="sundays",
                rrule="FREQ=MONTHLY;BYDAY=1SU",
                start="02:30",
                zone="Europe/Paris",
                duration=timedelta(hours=3),
            ),
        ),
        change="CHG0012345",
        case="4711",
        networks=(
            NetworkEntry(network="net-app-12", owner="shop-team@contoso.example", outage_limit=timedelta(seconds=10)),
        ),
        firewall_attested=True,
        spare_room_attested=True,
        static_binding_attested=True,
    ),
    SiteEntry(name="oslo"),
    SiteEntry(
        name="west-europe-1",
        private_cloud="pc-weu-01",
        provider=ProviderDates(announced=date(2026, 12, 1), answer_by=date(2026, 11, 28), case="120"),
    ),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is read; the CA files that it names are there."""
    (tmp_path / "sub").mkdir()
    for name in ("ca.pem", "sub/ca.pem"):
        (tmp_path / name).write_text("a certificate")
    return tmp_path / "fleet.yaml"


def problems(path: Path, text: str) -> list[str]:
    """The errors in a file, without its folder; every one has to carry the file's name."""
    path.write_text(text)
    with pytest.raises(PolicyInvalidError) as invalid:
        read_policy(path)
    prefix = f"{path}:"
    assert all(problem.startswith(prefix) for problem in invalid.value.problems)
    return [problem.removeprefix(prefix).strip() for problem in invalid.value.problems]


def test_everything(path: Path) -> None:
    """Every key of the file arrives in its place of the policy, with paths that start at the file."""
    path.write_text(FULL)
    folder = path.parent.resolve()

    read = read_policy(path)

    assert read == Policy(
        name="demo",
        mode=Mode.AUTO,
        target=Version("4.10.3"),
        connector_target=ConnectorTarget.VERSION,
        connector_version=Version("4.10.2"),
        scope=Scope(
            subscriptions=("sub-1",),
            exclude=(Exclusion(cloud="pc-lab", reason="a lab", owner="lab@contoso.example", until=date(2027, 2, 1)),),
        ),
        owners=DefaultOwners(cloud_manager=Owner.ASSISTED, connector=Owner.ASSISTED, mesh=Owner.PROVIDER),
        pair_order=PairOrder.TOGETHER,
        concurrency=7,
        shared_connectors=SharedConnectors.LAST,
        patience=Patience(provider=timedelta(weeks=3), person=timedelta(hours=36)),
        cloud_credentials="acc-{cloud}-x",
        cloud_ca_file=f"{folder}/ca.pem",
        cloud_managers=(
            CloudManagerEntry(
                cloud="pc-1", owner=Owner.OURS, credentials="x", appliance_credentials="y", thumbprint=PRINT
            ),
            CloudManagerEntry(
                cloud="pc-2",
                ca_file=f"{folder}/sub/ca.pem",
                vcenter=VcenterPlace(host="vc.pc-2.example", trust=Trust(thumbprint=PRINT), credentials="pc-2-vc"),
            ),
        ),
        waves=WAVES,
        budget=Budget(max_failed=Amount(percent=10), strict=False),
        holds=(Hold(subject="pc-us-02", reason="year-end close", owner="a@b.example", until=date(2027, 1, 4)),),
        windows=(
            Window(
                name="weeknights",
                rrule="FREQ=WEEKLY;BYDAY=TU,WE,TH",
                start="22:00",
                zone="America/New_York",
                duration=timedelta(hours=5),
                cut_off=timedelta(minutes=90),
            ),
        ),
        freezes=(
            Freeze(
                name="year-end",
                spans=(Span(start=datetime(2026, 12, 17, 23, tzinfo=UTC), end=datetime(2027, 1, 4, 5, tzinfo=UTC)),),
                reason="retail",
                owner="a@b.example",
                sites=("lyon",),
            ),
            Freeze(
                name="board",
                spans=(),
                reason="the board",
                owner="b@b.example",
                unreadable="freeze.ics: cannot be read: No such file or directory",
            ),
        ),
        split=True,
        extension=ExtensionPolicy(
            mode=ExtensionMode.IN_SERVICE_ONLY,
            outage_limit=timedelta(seconds=30),
            at_risk=8,
            together=2,
            sample_every=timedelta(seconds=2),
        ),
        snapshots=SnapshotPolicy(
            cloud_managers=CloudManagerSnapshots.RUN_COMMAND, connectors=ConnectorSnapshots.VCENTER
        ),
        notices=NoticePolicy(
            lead_time=timedelta(days=5),
            way_back=timedelta(hours=2),
            webhook=Webhook(url="https://hooks.example/take", secret="hooks", trust=Trust(thumbprint=PRINT)),  # noqa: S106
        ),
        accepted_risks=(
            AcceptedRisk(
                id="HCX-NE-HA-480",
                owner="a@b.example",
                reason="tried",
                until=date(2026, 12, 31),
                subjects=("con-lyon",),
            ),
        ),
        waivers=(
            Waiver(
                check="backup-known",
                subject="con-oslo",
                owner="a@b.example",
                reason="seen by hand",
                until=date(2026, 12, 30),
            ),
        ),
        probes=(Probe(name="shop", network="net-app-12", host="10.1.2.3", port=443),),
        retention=Retention(runs=timedelta(days=30), evidence=timedelta(days=90), instances=timedelta(days=7)),
        sites=SITES,
        connectors=(
            ConnectorEntry(
                name="con-lyon",
                site="lyon",
                contact="lyon-ops@contoso.example",
                endpoint=Endpoint(
                    host="hcx.lyon.contoso.example",
                    address="10.1.2.3",
                    service_port=8443,
                    appliance_port=9444,
                    trust=Trust(ca_file=f"{folder}/sub/ca.pem"),
                ),
                credentials="lyon-hcx",
                appliance_credentials="lyon-admin",
                owner=Owner.OURS,
                mesh_owner=Owner.OURS,
                reach=Reach.COLLECTOR,
                target=Version("4.10.1"),
            ),
            ConnectorEntry(
                name="con-oslo",
                site="oslo",
                endpoint=Endpoint(host="hcx.oslo.contoso.example", trust=Trust(thumbprint=PRINT)),
                credentials="oslo-hcx",
            ),
        ),
        hash=read.hash,
    )


def test_least(path: Path) -> None:
    """What the file leaves out is what the model says it is, so the timer only plans and nothing is ours."""
    path.write_text(LEAST)

    read = read_policy(path)

    assert replace(read, hash="") == Policy(name="demo", mode=Mode.PLAN_ONLY, target=Version("4.11.4"), hash="")


def test_hash_of_meaning(path: Path) -> None:
    """Comments, order, notation, defaults written out and the folder do not count for the hash."""
    elsewhere = path.parent / "sub" / "fleet.yaml"
    path.write_text(LEAST)
    elsewhere.write_text(
        "# another hand\nmode: plan-only\nkind: Fleet\ntarget:\n  version: '4.11.4'\napiVersion: hcxfleet/v1\n"
        "patience: {person: P2W}\nmetadata: {name: demo}\ncloudManagers: {credentials: 'kv:hcx-{cloud}'}\n"
    )

    assert read_policy(path).hash == read_policy(elsewhere).hash
    assert re.fullmatch("[0-9a-f]{64}", read_policy(path).hash)


@pytest.mark.parametrize("change", [("4.11.4", "4.11.5"), ("demo", "other"), ("kind:", "concurrency: 5\nkind:")])
def test_hash_of_change(path: Path, change: tuple[str, str]) -> None:
    """The hash changes with what the file says."""
    path.write_text(LEAST)
    before = read_policy(path).hash
    path.write_text(LEAST.replace(*change))

    assert read_policy(path).hash != before


@dataclass
class Fault:
    """One error in the full file."""

    name: str
    change: str
    into: str
    says: str

    @property
    def text(self) -> str:
        """The full file with this error in it."""
        assert self.change in FULL
        return FULL.replace(self.change, self.into, 1)


VCENTER = """
sites:
  - name: lyon
    connectors:
      - name: con-lyon
        endpoint: https://hcx.lyon.contoso.example
        credentials: kv:lyon-hcx
        vcenter:
          endpoint: https://VC.lyon.contoso.example:8443
          address: 10.1.2.4
          ca: sub/ca.pem
          credentials: kv:lyon-vc
"""


def test_vcenter_of_a_connector(path: Path) -> None:
    """A connector's vCenter is read with its address, port, trust and account."""
    path.write_text(LEAST + VCENTER)

    [connector] = read_policy(path).connectors

    assert connector.vcenter == VcenterPlace(
        host="vc.lyon.contoso.example",
        address="10.1.2.4",
        port=8443,
        trust=Trust(ca_file=f"{path.parent.resolve()}/sub/ca.pem"),
        credentials="lyon-vc",
    )


def test_unclear_trust_of_a_vcenter(path: Path) -> None:
    """A vCenter that is trusted in two ways, one by a file that is not there, is told both."""
    where = "15: sites[0].connectors[0].vcenter.ca"
    both = VCENTER.replace("ca: sub/ca.pem", f"ca: none.pem\n          thumbprint: {PRINT}")

    assert problems(path, LEAST + both) == [
        f"{where}: give either ca or thumbprint (line 16), not both",
        f"{where}: there is no such file; the path is relative to this file",
    ]


def faults() -> dict[str, Fault]:
    """All errors of faults.yaml by name."""
    written = Path(__file__).with_name("faults.yaml").read_text(encoding="utf-8").replace("PRINT", PRINT)
    return {row["name"]: Fault(**row) for row in YAML(typ="safe", pure=True).load(written)}


FAULTS = faults()


@pytest.mark.parametrize("name", FAULTS)
def test_one_error(path: Path, name: str) -> None:
    """An error says its line and field, and what to do; nothing that is right is complained about."""
    assert problems(path, FAULTS[name].text) == [FAULTS[name].says]


@pytest.mark.parametrize(
    "url",
    [
        "http://hcx.example",
        "hcx.example",
        "https://hcx.example/hybridity",
        "https://hcx.example?x=1",
        "https://hcx.example#x",
        "https://admin:canary@hcx.example",
        "https://:443",
        "https://hcx.example:0",
        "https://hcx.example:99999",
        "https://hcx.example:abc",
        "https://[::1",
        "https://hcx example",
    ],
)
def test_endpoints(path: Path, url: str) -> None:
    """An endpoint is https with a host and perhaps a port, and nothing else that a URL can hold."""
    found = problems(path, FULL.replace("https://hcx.oslo.contoso.example/", f'"{url}"'))

    assert found == [
        "82: sites[1].connectors[0].endpoint: must be https://host or https://host:port, without path, user or query"
    ]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P14D", timedelta(days=14)),
        ("PT30M", timedelta(minutes=30)),
        ("P2W", timedelta(weeks=2)),
        ("P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("P3650D", timedelta(days=3650)),
    ],
)
def test_durations(path: Path, text: str, length: timedelta) -> None:
    """A duration is ISO 8601 in units that always last the same."""
    path.write_text(FULL.replace("P3W", text))

    assert read_policy(path).patience.provider == length


@pytest.mark.parametrize("text", ["P1M", "P1Y", "P", "PT", "P1DT", "14 days", "14", "-P1D", "P1W2D", "P99999D", "p14d"])
def test_no_durations(path: Path, text: str) -> None:
    """What is no such duration is refused, months and years among it, which differ in length."""
    assert problems(path, FULL.replace("P3W", text)) == [
        "17: patience.provider: must be an ISO 8601 duration such as P2W or P1DT12H, without months and years"
    ]


@pytest.mark.parametrize("text", ["PT0S", "P3651D", "P9999W"])
def test_senseless_durations(path: Path, text: str) -> None:
    """A patience of nothing, or beyond any project, is refused."""
    assert problems(path, FULL.replace("P3W", text)) == [
        "17: patience.provider: must be longer than nothing and at most P3650D"
    ]


def test_all_at_once(path: Path) -> None:
    """Every error of a file is said in one go, in the order of its lines, whatever kind it is."""
    text = FULL
    for old, new in (
        ("kind: Fleet", "kind: Flat"),
        ("mode: auto", "mode: auto\nmode: auto"),
        ('"4.10.3"', "4.10"),
        ("  ca: ca.pem", "  ca: none.pem"),
        ('start: "22:00"', "start: 22:00"),
        ("credentials: kv:lyon-hcx", "credentals: kv:lyon-hcx"),
        ("name: con-oslo", "name: con-lyon"),
        ("kv:oslo-hcx", "hunter2"),
    ):
        assert old in text
        text = text.replace(old, new, 1)

    assert [problem.split(" ")[0:2] for problem in problems(path, text)] == [
        ["2:", "kind:"],
        ["6:", "mode:"],
        ["12:", "target.version:"],
        ["21:", "cloudManagers.ca:"],
        ["43:", "windows[0].start:"],
        ["69:", "sites[0].connectors[0].credentials:"],
        ["75:", "sites[0].connectors[0].credentals:"],
        ["82:", "sites[1].connectors[0].name:"],
        ["85:", "sites[1].connectors[0].credentials:"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the file is empty"),
        ("# nothing\n", "the file is empty"),
        ("- 1\n", "1: must be a block of keys and values"),
        ("a: b: c\n", "1: not readable as YAML: mapping values are not allowed here"),
        (
            "a: 1\nb: [1, 2\n",
            "3: not readable as YAML: while parsing a flow sequence, expected ',' or ']', but got '<stream end>'",
        ),
        (
            "---\na: 1\n---\na: 2\n",
            "3: not readable as YAML: expected a single document in the stream, but found another",
        ),
        ('a: "\x07"\n', "not readable as YAML: unacceptable character #x0007: special characters are not allowed"),
        ("[" * 500, "not readable as YAML: it is nested too deeply"),
        ("[" * 40 + "]" * 40, f"1: {'[0]' * 30}: is nested too deeply"),
    ],
    ids=["empty", "comments only", "a list", "two colons", "open list", "two documents", "control", "deep", "deeper"],
)
def test_no_fleet_file(path: Path, text: str, expected: str) -> None:
    """A file that is no YAML, or not even a block, is one clear error with its line where there is one."""
    assert problems(path, text)[0].startswith(expected)


def test_odd_yaml(path: Path) -> None:
    """YAML that a reviewed file has no use for is refused where it stands, with what to do instead."""
    text = (
        LEAST.replace("name: demo", "name: &n demo")
        + "scope: {subscriptions: [*n, !x pc]}\n? [a]\n: 1\n<<: {mode: auto}\n"
    )

    assert problems(path, text) == [
        "5: scope.subscriptions[0]: aliases (*name) are not supported: write the value out",
        "5: scope.subscriptions[1]: tags (!name) are not supported: write the value alone",
        "6: a key must be a single word",
        "8: <<: merging (<<) is not supported: write the keys out",
    ]


@pytest.mark.parametrize(
    "bomb",
    ["metadata: &a {name: *a}", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]"],
    ids=["holds itself", "explodes"],
)
def test_alias_bombs(path: Path, bomb: str) -> None:
    """A file that contains itself, or grows when it is read, ends in errors and nothing else."""
    assert any("aliases (*name) are not supported" in problem for problem in problems(path, bomb))


def test_not_text(path: Path) -> None:
    """A file that is not UTF-8 is refused by name."""
    path.write_bytes(b"kind: \xff\xfe")

    with pytest.raises(PolicyInvalidError) as invalid:
        read_policy(path)
    assert invalid.value.problems == (f"{path}: is not UTF-8 text",)


def test_byte_order_mark(path: Path) -> None:
    """A byte order mark, as some editors write it, does no harm."""
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.encode())

    assert read_policy(path).name == "demo"


@pytest.mark.parametrize(("name", "reason"), [("none.yaml", "No such file or directory"), ("sub", "Is a directory")])
def test_no_file(path: Path, name: str, reason: str) -> None:
    """A file that cannot be read is refused by name and reason."""
    with pytest.raises(PolicyInvalidError, match=f"{name}: cannot be read: {reason}"):
        read_policy(path.with_name(name))


JUNK = ("<<: ", "? ", "!!int ", "!!set ", "%YAML 1.1\n", "---\n", "...\n", "0x", "|", ">", "\t", "{", "]", "&a ", "*a ")

VALUES = sorted({match.group(1) for match in re.finditer(r": ([^\s{\[,}\]][^,}\]\n]*)", FULL)})


@pytest.mark.parametrize("prefix", ["", "*", "&", "!", "'", "[", "{", "@", "%", "https://a:"], ids=range(10))
def test_never_repeated(path: Path, prefix: str) -> None:
    """A password written in any place of the file is never repeated by its errors."""
    complaints = ""
    for value in VALUES:
        path.write_text(FULL.replace(f": {value}", f": {prefix}Hunter2024", 1))
        try:
            read_policy(path)
        except PolicyInvalidError as error:
            complaints += str(error)

    assert complaints
    assert "Hunter" not in complaints


@settings(max_examples=80, deadline=None)
@given(at=st.integers(0, len(FULL)), cut=st.integers(0, 6), junk=st.text(max_size=4) | st.sampled_from(JUNK))
def test_broken_anyhow(tmp_path_factory: pytest.TempPathFactory, at: int, cut: int, junk: str) -> None:
    """However a file is broken, it is read or its errors are said; nothing else ever happens."""
    path = tmp_path_factory.getbasetemp() / "broken.yaml"
    path.write_bytes((FULL[:at] + junk + FULL[at + cut :]).encode())

    with suppress(PolicyInvalidError):
        read_policy(path)


def plain(text: str) -> Json:
    """The values of a file as an editor sees them: YAML 1.2, in which a day is text."""
    document = read_yaml(text)
    assert document.root is not None
    return document.root.plain


def test_schema_current() -> None:
    """docs/fleet.schema.json is what the code says; `python -m shared.policy.schema` prints it."""
    assert (ROOT / "docs/fleet.schema.json").read_text(encoding="utf-8") == schema_text()


def test_example() -> None:
    """The example is read without error, and by default leaves every change to others."""
    policy = read_policy(ROOT / "examples/fleet.yaml")

    assert policy.mode is Mode.PLAN_ONLY
    told = lint(ROOT / "examples/fleet.yaml", datetime(2026, 11, 24, tzinfo=UTC))
    assert [one.text for one in told if "no effect yet" not in one.text and "can give it yet" not in one.text] == []
    assert {one.severity for one in told} == {Severity.WARNING}
    assert Owner.OURS not in {entry.owner for entry in policy.cloud_managers}
    assert Owner.OURS not in {owner for entry in policy.connectors for owner in (entry.owner, entry.mesh_owner)}


@pytest.mark.parametrize("text", [FULL, LEAST, (ROOT / "examples/fleet.yaml").read_text(encoding="utf-8")])
def test_schema_accepts(text: str) -> None:
    """What hcx-fleet reads, an editor with the schema accepts."""
    jsonschema.validate(plain(text), json.loads(schema_text()))


@pytest.mark.parametrize(
    "name",
    ["unknown key", "missing", "number as version", "no version", "no version of connectors", "mode", "not a list",
     "port", "literal secret", "thumbprint", "ours by default", "owner", "exclusion as before", "hold without owner",
     "no time", "day as time", "share beyond all", "no amount", "tag as truth", "no approvers", "connectors as before"],
)  # fmt: skip
def test_schema_refuses(name: str) -> None:
    """What an editor can see of the errors, the schema shows."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain(FAULTS[name].text), json.loads(schema_text()))
