"""Which try of a repeated call carries it out, and which answer stands; free of input and output.

A try that died leaves its call under way. After a while the next one carries it out: that is harmless, since whatever a
call makes is named after its key, so that it is found the second time. Of two answers the first one stands for both.
"""

from datetime import datetime, timedelta

from shared.model.kept_call import KeptCall

KEPT = timedelta(days=7)
"""How long an answer is given again."""

TRY_ENDS_AFTER = timedelta(minutes=2)
"""A try older than this belongs to a host that died: longer than any call waits for its store."""


def begun(standing: KeptCall | None, wanted: KeptCall) -> KeptCall:
    """What stands once somebody begins a call: theirs where nobody has it, or else that of the one before."""
    if standing is None or _over(standing, wanted.at):
        return wanted
    return standing


def answered(standing: KeptCall | None, done: KeptCall) -> KeptCall:
    """What stands once a try has its answer: the first answer to the same body, whoever came to it."""
    if standing is not None and standing.answer is not None and standing.body == done.body:
        return standing
    return done


def is_tried(standing: KeptCall | None, mark: str) -> bool:
    """Whether a call is under way by that very try."""
    return standing is not None and standing.answer is None and standing.mark == mark


def _over(standing: KeptCall, now: datetime) -> bool:
    return now - standing.at >= (TRY_ENDS_AFTER if standing.answer is None else KEPT)
