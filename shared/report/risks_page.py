"""The page docs/risks.md: `python -m shared.report.risks_page > docs/risks.md` writes it."""

import sys
from collections.abc import Iterator

from shared.report.catalogue_table import in_short, source_title
from shared.rules.catalogue import catalogue
from shared.rules.catalogue.records import Catalogue, Condition, Range, Risk, RiskVerdict, RiskWhen

_HEAD = """\
# Known risks

What is known to go wrong with certain releases of HCX, for which managers, and what to do. Each is evaluated on the
facts of a manager; where they do not say, the risk is told as one that cannot be excluded.

- **refuse**: the planner does not take that way, unless somebody accepts the risk in `fleet.yaml`.
- **warn**: the plan says so, and goes on.
- **notice**: to be told; there is nothing to decide.

How sure an entry is: see [paths.md](paths.md). An override file can add risks, correct them or take them out: see
[Correcting the catalogue](paths.md#correcting-the-catalogue). Every risk has cases in `tests/risks/` in which it
applies and in which it does not.

Written from `shared/rules/catalogue/risks.yaml` by `python -m shared.report.risks_page`.
"""

_WHEN = {
    RiskWhen.GOING_TO: "a hop ends at such a version",
    RiskWhen.LEAVING: "a hop starts from such a version",
    RiskWhen.RUNNING: "a manager has such a version",
}
_VERDICTS = {
    RiskVerdict.REFUSE: "**refuse**",
    RiskVerdict.WARN: "**warn**",
    RiskVerdict.NOTICE: "**notice**",
}


def risks_page(known: Catalogue) -> str:
    """The page: a list first, then a section for each risk."""
    rows = "\n".join(f"| [{one.id}](#{one.id.lower()}) | {one.verdict.value} | {one.title} |" for one in known.risks)
    sections = "\n".join(_section(known, one) for one in known.risks)
    return f"{_HEAD}\n| risk | verdict | what |\n|---|---|---|\n{rows}\n\n{sections}"


def _section(known: Catalogue, risk: Risk) -> str:
    lines = (
        f"- verdict: {_VERDICTS[risk.verdict]}",
        f"- versions: {', or '.join(map(in_short, risk.affects))}",
        f"- considered when {', and when '.join(_WHEN[one] for one in risk.when)}",
        f"- applies {in_words(risk.condition)}",
        *_fix(risk),
        f"- source: {_source(known, risk)} ({risk.confidence.value}, {risk.dated})",
    )
    message = " ".join(risk.message.split())
    return f"## {risk.id}\n\n{risk.title}.\n\n" + "\n".join(lines) + f"\n\n{message}\n"


def _fix(risk: Risk) -> tuple[str, ...]:
    if risk.fixed_in:
        return (f"- fixed in {', '.join(map(str, risk.fixed_in))}",)
    return () if risk.verdict is RiskVerdict.NOTICE else ("- no source names a release that fixes it",)


def _source(known: Catalogue, risk: Risk) -> str:
    told = source_title(known, risk.source)
    return f"{told}; [more]({risk.link})" if risk.link and f"({risk.link})" not in told else told


def in_words(condition: Condition | None) -> str:
    """A condition as a person would say it, after "applies"."""
    return "always" if condition is None else f"where {_joined(condition)}"


def _joined(condition: Condition) -> str:
    return " and ".join(_parts(condition))


def _parts(condition: Condition) -> Iterator[str]:
    yield from (f"({_joined(inner)})" for inner in condition.all)
    if condition.any:
        yield f"({' or '.join(_joined(inner) for inner in condition.any)})"
    if condition.appliance or condition.appliances:
        yield _appliances(condition.appliance, condition.appliances)
    for part, words in _WORDS.items():
        value = getattr(condition, part)
        if value is not None:
            yield words.format(_at(value) if isinstance(value, Range) else value)
    yield from _flags(condition)


def _appliances(kind: str | None, versions: Range | None) -> str:
    return f"a mesh has an appliance{f' of kind {kind}' if kind else ''}{f' {_at(versions)}' if versions else ''}"


def _at(versions: Range) -> str:
    short = in_short(versions)
    return short if short.startswith(("before", "up to")) else f"at {short}"


def _flags(condition: Condition) -> Iterator[str]:
    if condition.ha_group is not None:
        subject = "network extension appliances are" if condition.ha_group else "no network extension appliance is"
        yield f"{subject} in a high availability group"
    if condition.optimized is not None:
        yield f"{'a' if condition.optimized else 'no'} network uses mobility optimized networking"


_WORDS = {
    "service": "a mesh has the service `{}`",
    "only_service": "a mesh has the service `{}` and no other",
    "network_name": "the name of an extended network matches `{}`",
    "host_name": "the name of a manager matches `{}`",
    "kind": "the manager is a {}",
    "crosses": "the hop crosses {}",
    "source": "the hop starts {}",
}


if __name__ == "__main__":
    sys.stdout.write(risks_page(catalogue()))
