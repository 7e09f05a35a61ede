"""The page docs/paths.md: `python -m shared.report.paths_page > docs/paths.md` writes it."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from shared.report.catalogue_table import in_short, origin, source_link, table
from shared.rules.catalogue import catalogue
from shared.rules.catalogue.records import Allowed, Catalogue, Release

_HEAD = """\
# Releases and upgrade paths

What hcx-fleet knows of HCX releases and of the ways between them. The planner takes no way that is not here: nothing is
concluded from a number. [risks.md](risks.md) lists known risks of these releases.

How sure an entry is: `documented` by a vendor or another provider; `quoted` from a vendor's page by somebody else;
`seen` on a live system or in public code; `inferred`: no source says so, it is our own judgement.

Written from the data in `shared/rules/catalogue/` by `python -m shared.report.paths_page`. An override file can add
entries or correct them without any code: see [Correcting the catalogue](#correcting-the-catalogue).
"""

_CORRECTING = """\
## Correcting the catalogue

`HCX_FLEET_CATALOGUE` names a file of your own. It has the same keys as the delivered data, all optional: `sources`,
`releases`, `paths` (`allowed`, `closed`), `services`, `skew` (`managers`, `appliances`, `never_paired`,
`compulsory_meshes`, `strict_meshes`), `risks`, `clocks`, `priors`. An entry takes the place of the delivered one with
the same key, whole; any other is added. A key is the first column of the tables here and in [risks.md](risks.md).
`remove` takes entries out. Every entry needs a source, so a file mostly brings its own:

```yaml
sources:
  - {id: support-case, title: "answer to support case 4711"}
releases:
  - {release: "4.11.6", released: 2026-11-20, source: support-case, confidence: quoted, dated: 2026-11-24}
paths:
  allowed:
    - id: 4.11.6-from-4.11
      to: ["4.11.6"]
      start: {at_least: "4.11.0", below: "4.11.6"}
      source: support-case
      confidence: quoted
      dated: 2026-11-24
remove: [HCX-NETWORK-NAMES]
```

A plan holds the hash of the whole catalogue, and the hash of this file. A file with an error stops everything, with all
errors at once. It cannot confirm a route that changes something: only a confirmation can.
"""


def paths_page(known: Catalogue) -> str:
    """The page."""
    sections = (
        ("Releases", _releases(known)),
        ("Paths", f"{_PATHS}\n\n{_picture(known)}\n\n{_allowed(known)}"),
        ("Closed ways", _closed(known)),
        ("Services to remove first", _services(known)),
        ("How far apart versions may be", f"{_SKEW}\n\n{_limits(known)}\n\n{_rules(known)}"),
        ("Licence clocks", _clocks(known)),
        ("Durations", f"{_DURATIONS}\n\n{_priors(known)}"),
        ("Sources", _sources(known)),
    )
    body = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections)
    return f"{_HEAD}\n{body}\n\n{_CORRECTING}"


# --- releases and ways ------------------------------------------------------------------------------------------------


def _releases(known: Catalogue) -> str:
    heads = ("release", "released", "end of support", "validated with Azure VMware Solution", "notes")
    return table(heads, ((*_release(known, one), *origin(known, one)) for one in known.releases))


def _release(known: Catalogue, one: Release) -> tuple[str, ...]:
    released = one.released.isoformat() if one.released else one.about or "not known"
    ends = ((f"{end.on} ({source_link(known, end.source)}, {end.confidence.value})") for end in one.ends)
    validated = f"{one.validated.text} ({one.validated.confidence.value})" if one.validated else ""
    notes = (f"{note.text} ({source_link(known, note.source)}, {note.confidence.value})" for note in one.notes)
    return f"`{one.release}`", released, "; the earlier counts: ".join(ends), validated, "; ".join(notes)


_PATHS = """\
An arrow is a hop, from any release of a range where it starts at one; a dotted line says that a release belongs to a
range, from which the way goes on. What is not drawn is not a path."""


def _picture(known: Catalogue) -> str:
    edges = dict.fromkeys(edge for rule in known.paths.allowed for edge in _edges(rule))
    names = {name: f"r{number}" for number, name in enumerate(dict.fromkeys(name for edge in edges for name in edge))}
    nodes = (f'  {node}["{name}"]' for name, node in names.items())
    arrows = (f"  {names[start]} --> {names[end]}" for start, end in edges)
    inside = (f"  {names[release]} -.- {names[start]}" for release, start in _onward(known, frozenset(edges)))
    return "\n".join(["```mermaid", "flowchart LR", *nodes, *arrows, *inside, "```"])


def _onward(known: Catalogue, edges: frozenset[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Releases that hops end at, with the ranges they are in and that do not lead to them."""
    ranges = {in_short(rule.start): rule.start for rule in known.paths.allowed}
    for release in dict.fromkeys(one for rule in known.paths.allowed for one in (*rule.via, *rule.to)):
        for name, start in ranges.items():
            if start.holds(release) and (name, str(release)) not in edges:
                yield str(release), name


def _edges(rule: Allowed) -> Iterator[tuple[str, str]]:
    for to in rule.to:
        yield from pairwise((in_short(rule.start), *map(str, (*rule.via, to))))


def _allowed(known: Catalogue) -> str:
    rows = (
        (f"`{rule.id}`", in_short(rule.start), _listed(rule.via), _listed(rule.to), rule.note, *origin(known, rule))
        for rule in known.paths.allowed
    )
    return table(("id", "from", "through", "to", "note"), rows)


def _listed(releases: tuple[object, ...]) -> str:
    return ", ".join(map(str, releases))


def _closed(known: Catalogue) -> str:
    rows = (
        (f"`{rule.id}`", in_short(rule.start), in_short(rule.to), rule.detail, rule.opens, *origin(known, rule))
        for rule in known.paths.closed
    )
    return table(("id", "from", "to", "why", "what would open it"), rows)


def _services(known: Catalogue) -> str:
    rows = (
        (
            f"`{one.service}`",
            f"`{one.wire}`" if one.wire else "not known",
            str(one.from_release),
            one.note,
            *origin(known, one),
        )
        for one in known.services
    )
    return table(("service", "name in a mesh", "before going to", "note"), rows)


# --- skew, clocks, durations ------------------------------------------------------------------------------------------

_SKEW = "At the end of a plan both sides of a pairing are at one release. While work goes on:"


def _limits(known: Catalogue) -> str:
    limits = (("managers of a pair", known.skew.managers), ("appliances and their managers", known.skew.appliances))
    rows = ((what, str(one.minors), one.detail, *origin(known, one)) for what, one in limits)
    return table(("between", "minor releases at most", "detail"), rows)


def _rules(known: Catalogue) -> str:
    skew = known.skew
    rows = [
        (f"`{one.rule}`", f"{in_short(one.one)} with {in_short(one.other)}: never paired", f"{one.detail}; {one.opens}")
        for one in skew.never_paired
    ]
    rows += [
        (f"`{one.rule}`", f"crossing {one.crosses}: all meshes must follow", one.detail)
        for one in skew.compulsory_meshes
    ]
    rows += [
        (f"`{one.rule}`", f"{in_short(one.target)}: a mesh waits for all paired managers", one.detail)
        for one in skew.strict_meshes
    ]
    entries = (*skew.never_paired, *skew.compulsory_meshes, *skew.strict_meshes)
    told = ((*row, *origin(known, entry)) for row, entry in zip(rows, entries, strict=True))
    return table(("rule", "what it asks", "detail"), told)


def _clocks(known: Catalogue) -> str:
    rows = (
        (
            f"`{one.id}`",
            in_short(one.starts),
            f"`{one.mode}`" if one.mode else "any",
            f"{one.runs.days} days",
            one.detail,
            *origin(known, one),
        )
        for one in known.clocks
    )
    return table(("id", "started by the upgrade to", "licence mode", "runs", "detail"), rows)


_DURATIONS = """\
As long as a run has recorded nothing better. p50: half of the times it takes no longer; p90: nine times in ten."""


def _priors(known: Catalogue) -> str:
    rows = (
        (f"`{one.of.value}`", _minutes(one.p50), _minutes(one.p90), one.detail, *origin(known, one))
        for one in known.priors
    )
    return table(("of", "p50", "p90", "detail"), rows)


def _sources(known: Catalogue) -> str:
    rows = ((f"`{one.id}`", one.title, one.url and f"<{one.url}>") for one in known.sources)
    return table(("id", "title", "page"), rows, ends=())


def _minutes(span: timedelta) -> str:
    return f"{span // timedelta(minutes=1)} min"


if __name__ == "__main__":
    sys.stdout.write(paths_page(catalogue()))
