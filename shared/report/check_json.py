"""What a check answers, as JSON: the answer's own words, beside the report of its run."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from shared.model.view import RunView
from shared.report.camel_json import camel_json
from shared.report.check_record import CheckAnswer
from shared.report.content import report


def check_json(answer: CheckAnswer, view: RunView) -> Iterator[tuple[str, Any]]:
    """The keys of the document with their values, those of the answer first; those of the report keep their meaning.

    One at a time: of a large fleet all of them at once would be most of what the process holds. What the checks found
    is in `findings` of the report, by subject, and not told twice.
    """
    brief = replace(answer, subjects=tuple(replace(one, cases=()) for one in answer.subjects))
    told = camel_json(brief)
    for one in told["subjects"]:
        del one["cases"]
    yield from ((key, told[key]) for key in ("ready", "holds", "verdict", "askedOf", "steps", "only"))
    yield from (("factsAsOf", told["asOf"]), ("judgedAt", told["now"]))
    yield from ((key, told[key]) for key in ("observedFrom", "countsUntil", "reasons", "seen", "counts"))
    yield "checked", told["subjects"]
    whole = report(view)
    for name in type(whole).model_fields:
        yield from whole.model_dump(mode="json", by_alias=True, include={name}).items()
