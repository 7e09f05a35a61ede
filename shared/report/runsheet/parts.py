"""The parts of a run sheet, in the order in which a person needs them."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from shared.checks import CHECKS
from shared.model.facts import ManagerFacts, NetworkExtension
from shared.model.finding import Finding, Verdict
from shared.model.inventory import Manager
from shared.model.plan import ManagerTask, MeshTask, PreparationKind, Safeguard, Task, WayBack
from shared.model.policy import Owner, SiteEntry
from shared.model.proof import Claim, ProofVerdict
from shared.model.version import UNKNOWN
from shared.report.plan_words import PERFORMS, SAFEGUARD, day_and_time
from shared.report.runsheet import screens
from shared.report.runsheet.record import BLANK, NOTHING, Line, Material, Part, Standing
from shared.report.sheet import Grid
from shared.report.words import VERDICT, listed, moment, sentence, took, when
from shared.rules.planning.admission import managers_of
from shared.rules.proof import proof_of
from shared.rules.safety import CONVERGED

SUPPORT = "https://ms.portal.azure.com/#view/Microsoft_Azure_Support/HelpAndSupportBlade/~/overview"
"""Where Microsoft's procedure says to create a support ticket."""
_TITLES = {one.id: one.title for one in CHECKS}
_OWN_LINES = 3
"""Lines to fill in where nobody could see how many there are."""


def parts(material: Material, found: Standing) -> tuple[Part, ...]:
    """All of them."""
    return (
        place(material),
        log_in(material),
        *bundle(material),
        *order(material),
        at_risk(material),
        before(found),
        work(material),
        after(material),
        stop(material),
        way_back(material),
        signed(material.task),
    )


def name_of(task: Task) -> str:
    """What people call what the page is about."""
    return task.subject if isinstance(task, ManagerTask) else task.name


# --- where and who ----------------------------------------------------------------------------------------------------


def place(material: Material) -> Part:
    """Site, people, change and time."""
    task, sites = material.task, _sites(material)
    time = next((one for one in material.plan.schedule.tasks if one.task == task.id), None)
    lines = (
        Line(label="Site", value=listed(list(task.sites))),
        Line(label="Private clouds", value=listed(list(task.clouds)) or NOTHING),
        Line(label="Performed by", value=PERFORMS[task.owner]),
        Line(label="Contact", value=", ".join(_contacts(material))),
        Line(label="Change number", value=_told(one.change for one in sites)),
        Line(label="Support case", value=_told(one.case or one.provider.case for one in sites)),
        Line(label="Not before", value=day_and_time(time.earliest) if time and time.earliest else BLANK),
        Line(label="Begin at the latest", value=day_and_time(time.latest) if time and time.latest else BLANK),
        Line(label="Takes", value=_takes(task)),
    )
    notes = ("hcx-fleet performs this itself in a run. Do it by hand only where no run does.",)
    return Part(title="Where and who", lines=lines, notes=notes if task.owner is Owner.OURS else ())


def _takes(task: Task) -> str:
    """All its pieces one after the other."""
    half = sum((one.p50 for one in task.blocks), timedelta())
    most = sum((one.p90 for one in task.blocks), timedelta())
    return f"{took(half)}, nine times in ten within {took(most)}" if task.blocks else NOTHING


def _sites(material: Material) -> list[SiteEntry]:
    policy = material.policy
    found = [policy.site(name) or policy.site_of_cloud(name) for name in material.task.sites]
    return [one for one in found if one is not None]


def _contacts(material: Material) -> list[str]:
    """Of the sites, then of the connectors themselves; each once."""
    entries = [material.policy.connector(name) for name in managers_of(material.task)]
    people = [one for site in _sites(material) for one in site.contacts]
    return list(dict.fromkeys([*people, *(one.contact for one in entries if one and one.contact)]))


def _told(values: Iterable[str | None]) -> str:
    return ", ".join(dict.fromkeys(one for one in values if one))


def _managers(material: Material) -> tuple[Manager, ...]:
    known = {one.id: one for one in material.inventory.managers}
    return tuple(known[name] for name in managers_of(material.task) if name in known)


def log_in(material: Material) -> Part:
    """Host, port and kind of account; never a secret."""
    task = material.task
    if task.owner is Owner.PROVIDER:
        return Part(title="Log in", notes=("Nowhere: the provider does this.",))
    if isinstance(task, ManagerTask):
        grid = screens.log_in(_managers(material), appliance=True)
    else:
        grid = screens.log_in(_managers(material)[:1], appliance=False)
    return Part(title="Log in", notes=(screens.NOT_PRINTED,), grid=grid)


# --- what is brought along --------------------------------------------------------------------------------------------

BUNDLE_COLUMNS = ("Release", "Where it comes from", "SHA-256 as published", "SHA-256 of your file")


def bundle(material: Material) -> Iterator[Part]:
    """Which bundle from where. No hash is known to hcx-fleet, so that both lines are filled in by hand."""
    task = material.task
    if isinstance(task, MeshTask):
        yield Part(title="Bundle", notes=("None: the managers bring the appliances along.",))
        return
    if task.owner is Owner.PROVIDER:
        yield Part(title="Bundle", notes=("None: the provider brings its own.",))
        return
    fetch = {one.id: one.title for one in task.preparations if one.kind is PreparationKind.FETCH_BUNDLE}
    rows = tuple(
        (hop.target.release, fetch.get(f"fetch-bundle:{hop.target.release}", BLANK), BLANK, BLANK) for hop in task.hops
    )
    notes = (
        "Both hashes must be the same, sign by sign. Where they differ, do not upload the file.",
        *_staged(material),
    )
    yield Part(title="Bundle", notes=notes, grid=Grid(columns=BUNDLE_COLUMNS, rows=rows))


def _staged(material: Material) -> Iterator[str]:
    facts = material.facts.of(material.task.subject)
    seen = facts.upgrade if facts else None
    if seen and seen.value.staged:
        yield f"On {material.task.subject} lay the bundle {seen.value.staged} at {moment(seen.at)}."


ORDER_COLUMNS = ("#", "Appliance", "From and to", "Mode", "Why")


def order(material: Material) -> Iterator[Part]:
    """Which appliances in which order and mode."""
    if isinstance(material.task, MeshTask):
        rows = tuple(screens.mode_rows(material.task))
        notes = (f"{_order_words(material.task)} The peer at the other side goes along by itself.",)
        yield Part(title="Order and mode", notes=notes, grid=Grid(columns=ORDER_COLUMNS, rows=rows))


def _order_words(task: MeshTask) -> str:
    if not task.several:
        return "One after the other."
    several = "; ".join(listed([one.name for one in each]) for each in task.several)
    return f"One after the other, but for those that may be in change at once: {several}."


# --- what is at risk --------------------------------------------------------------------------------------------------

NETWORK_COLUMNS = ("Network", "Appliance", "Application owner", "Told at", "Probe")


def at_risk(material: Material) -> Part:
    """Networks that are interrupted, with who answers for the application on each."""
    title, task = "Networks at risk", material.task
    if isinstance(task, ManagerTask):
        return Part(title=title, notes=("None: extended networks keep running. New ones cannot be made meanwhile.",))
    facts = material.facts.of(task.initiator)
    if facts is None or facts.extensions is None:
        notes = ("Which networks go through it was not observed. Find out, and write them down:",)
        return Part(title=title, notes=notes, grid=Grid(columns=NETWORK_COLUMNS, rows=((BLANK,) * 5,) * _OWN_LINES))
    rows = tuple(_network(material, facts, one) for one in _carried(facts, task))
    if not rows:
        return Part(title=title, notes=(f"None was seen at {moment(facts.extensions.at)}.",))
    notes = (f"As seen at {moment(facts.extensions.at)}. Tell every owner before you begin.",)
    return Part(title=title, notes=notes, grid=Grid(columns=NETWORK_COLUMNS, rows=rows))


def _carried(facts: ManagerFacts, task: MeshTask) -> list[NetworkExtension]:
    """Those of this mesh, and those that name no appliance: they may be."""
    elsewhere = {one.id for one in (facts.appliances.value if facts.appliances else ()) if one.mesh_id != task.subject}
    listed = facts.extensions.value if facts.extensions else ()
    return sorted((one for one in listed if one.appliance_id not in elsewhere), key=lambda one: one.network)


def _network(material: Material, facts: ManagerFacts, one: NetworkExtension) -> tuple[str, ...]:
    appliances = {each.id: each.name for each in (facts.appliances.value if facts.appliances else ())}
    name = one.network.casefold()
    owners = (each.owner for site in material.policy.sites for each in site.networks if each.network.casefold() == name)
    probes = (each.asks for each in material.policy.probes if each.network.casefold() == name)
    where = appliances.get(one.appliance_id or "", "not told")
    return one.network or one.id, where, _told(owners), BLANK, _told(probes) or NOTHING


# --- checks -----------------------------------------------------------------------------------------------------------

BEFORE_COLUMNS = ("Must be true", "As hcx-fleet saw it", "Seen", "Now")
AFTER_COLUMNS = ("Must be true", "How it shows", "Seen", "Time (UTC)")


LOOK_AGAIN = CONVERGED | {
    "managers-at-target",
    "migrations-running",
    "nsx-connection",
    "replications-running",
    "vcenter-connection",
}
"""Checks of what the vendor asks for before an upgrade and what changes at any minute."""


def before(found: Standing) -> Part:
    """What to look at again, gravest first, with what was seen; what merely passed is named in one sentence."""
    gravity = list(VERDICT)
    by_check: dict[tuple[str, Verdict], list[Finding]] = {}
    for one in found.findings:
        by_check.setdefault((one.check, one.verdict), []).append(one)
    again = [each for each in by_check.items() if _looked_at_again(*each[0])]
    rows = (_before(*each) for each in sorted(again, key=lambda each: gravity.index(each[0][1])))
    passed = [_TITLES[check] for check, verdict in by_check if verdict is Verdict.PASS and check not in LOOK_AGAIN]
    notes = ("Look again right before you begin. Where something is not as it must be, do not begin.",)
    also = (f"Seen by hcx-fleet as well, as it must be: {'; '.join(passed)}.",) if passed else ()
    return Part(title="Before", notes=(*notes, *also), grid=Grid(columns=BEFORE_COLUMNS, rows=tuple(rows)))


def _looked_at_again(check: str, verdict: Verdict) -> bool:
    return verdict not in {Verdict.NOT_APPLICABLE, Verdict.PASS} or (verdict is Verdict.PASS and check in LOOK_AGAIN)


def _before(about: tuple[str, Verdict], found: list[Finding]) -> tuple[str, ...]:
    check, verdict = about
    times = [one.observed_at for one in found if one.observed_at]
    summaries = " ".join(upper(sentence(one.summary)) for one in found)
    remedies = dict.fromkeys(upper(sentence(one.remedy)) for one in found if one.remedy)
    todo = f" {' '.join(remedies)}" if remedies and verdict is not Verdict.PASS else ""
    said = f"{upper(VERDICT[verdict])}. {summaries}{todo}"
    return _TITLES.get(check, check), said, when(min(times)) if times else "never", BLANK


def upper(text: str) -> str:
    """The text as a sentence begins; a name that begins it stays as it is written."""
    first = text.partition(" ")[0]
    named = any(sign in first for sign in "-._0123456789")
    return text if named else f"{text[:1].upper()}{text[1:]}"


def after(material: Material) -> Part:
    """The claims by which the task counts as done, each with what proves it."""
    claims = proof_of(material.task, material.facts, material.now).claims
    rows = tuple(_after(one) for one in claims if not _for_us_alone(one))
    notes = ("Your word begins the proof. The task is closed by what hcx-fleet then observes itself.",)
    return Part(title="After", notes=notes, grid=Grid(columns=AFTER_COLUMNS, rows=rows))


def _for_us_alone(claim: Claim) -> bool:
    """A second witness that nobody asks is nothing that a person at the site could look at."""
    return claim.id.startswith("plug-ins:") and claim.verdict is ProofVerdict.NOT_OBSERVABLE


def _after(claim: Claim) -> tuple[str, ...]:
    shows = claim.would_prove.partition("; observe again")[0]
    only = " Only a person can see it." if claim.verdict is ProofVerdict.NOT_OBSERVABLE else ""
    return upper(claim.text), f"{upper(sentence(shows))}{only}", BLANK, BLANK


# --- the work ---------------------------------------------------------------------------------------------------------


def work(material: Material) -> Part:
    """What to press, in order."""
    task = material.task
    if isinstance(task, ManagerTask):
        return _on_manager(material, task)
    return _on_mesh(material, task)


def _on_manager(material: Material, task: ManagerTask) -> Part:
    facts = material.facts.of(task.subject)
    seen = facts.version if facts else None
    manager = _managers(material)
    deeds = [deed for hop in task.hops for one in manager for deed in screens.for_hop(task, hop, one, seen)]
    return Part(title="Do", notes=screens.words_of_manager(task, seen), deeds=tuple(deeds))


def _on_mesh(material: Material, task: MeshTask) -> Part:
    facts = material.facts.of(task.initiator)
    seen = (facts.version if facts else None) or UNKNOWN
    begin = [screens.open_mesh(task, one) for one in _managers(material)[:1]]
    each = [deed for item in task.appliances for deed in screens.for_appliance(task, item)]
    return Part(title="Do", notes=screens.words_of_mesh(seen), deeds=(*begin, *each, *screens.by_hand(task)))


# --- when it goes wrong -----------------------------------------------------------------------------------------------


def stop(material: Material) -> Part:
    """When to stop, and whom to call."""
    task = material.task
    own = _stops_of_manager(task) if isinstance(task, ManagerTask) else _stops_of_mesh(task)
    call = ", ".join(_contacts(material))
    case = _told(one.case or one.provider.case for one in _sites(material))
    lines = (
        Line(label="First call", value=call),
        Line(label="Telephone", value=BLANK),
        Line(label="Support ticket", value=f"Azure portal, Help + support: {SUPPORT}"),
        Line(label="Ticket number", value=case),
    )
    points = ("Before you begin: this page is past its time, or is a draft.", *own)
    return Part(title="Stop and call", notes=("Stop, change nothing more, and call when:",), points=points, lines=lines)


def _stops_of_manager(task: ManagerTask) -> Iterator[str]:
    if task.owner is Owner.PROVIDER:
        yield "Microsoft says that it does not come on the announced day."
        return
    hop = task.hops[0]
    yield "The hash of the bundle is not the published one."
    yield "HCX refuses the bundle, or its own precheck finds something."
    yield f"The manager does not answer {took(hop.answer.budget)} after the start."
    yield f"Its services do not all run {took(hop.verify.budget)} after it answers again, or a pairing is not up."
    yield "Another version, or another system than before, answers."


def _stops_of_mesh(task: MeshTask) -> Iterator[str]:
    yield "A migration begins, or another HCX job works on the mesh."
    if task.appliances:
        item = task.appliances[0]
        yield f"An appliance is not back {took(item.back.budget)} after its start."
        yield f"A tunnel is not up {took(item.verify.budget)} after that. Do not start the next appliance."
    yield "Somebody reports that an application on an extended network is still gone once the tunnel is up."


WAY_BACK_COLUMNS = ("For", "By", "Kept for", "What to know", "Made at", "Gone at")


def way_back(material: Material) -> Part:
    """What leads back, and until when: the times are known only once it was made."""
    rows = tuple(map(_way, material.task.way_back))
    if not rows:
        return Part(title="Way back", notes=("Nothing is known to lead back: ask the site before you begin.",))
    return Part(title="Way back", grid=Grid(columns=WAY_BACK_COLUMNS, rows=rows))


def _way(one: WayBack) -> tuple[str, ...]:
    gone = one.kind is Safeguard.NONE
    kept = took(one.lasts) if one.lasts else NOTHING if gone else "until somebody deletes it"
    made = NOTHING if gone else BLANK
    return one.manager, SAFEGUARD[one.kind], kept, sentence(one.text), made, made if one.lasts else NOTHING


SIGNED_COLUMNS = ("What", "Name", "Time (UTC)", "Evidence: screen, file or number")


def signed(task: Task) -> Part:
    """Lines for name, time and evidence."""
    if isinstance(task, ManagerTask):
        each = [f"{hop.source.release} → {hop.target.release} done" for hop in task.hops]
    else:
        names = (*(one.name for one in task.appliances), *(one.name for one in task.by_hand))
        each = [f"{one} done" for one in names]
    rows = tuple(
        (what, BLANK, BLANK, BLANK) for what in ("Begun", *each, "After: all as it must be", "Reported as done")
    )
    return Part(title="Signed", grid=Grid(columns=SIGNED_COLUMNS, rows=rows))
