"""What an answer's status means, the same for every route."""

from shared.hcx.answer import Answer
from shared.hcx.errors import HcxError, NotOfferedError, NotYetError, RedirectedError, RejectedError
from shared.hcx.words import problem_of

_ELSEWHERE = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({408, 409, 423, 425, 429})
NOT_HERE = frozenset({404, 405, 410, 501})


def accepted(answer: Answer) -> Answer:
    """The answer, if its status says that it was done.

    Raises:
        HcxError: what else it says.
    """
    if answer.good:
        return answer
    raise refusal(answer)


def refusal(answer: Answer) -> HcxError:
    """What a status that is no success means."""
    manager, route, status = answer.manager, answer.route, answer.status
    detail = f"it answered {status}: {problem_of(answer)}"
    if status in NOT_HERE:
        return NotOfferedError(manager, route, f"it does not have this call ({detail})")
    if status in _BUSY or status >= 500:  # noqa: PLR2004 -- HTTP's own
        return NotYetError(manager, route, detail, after_seconds=answer.retry_after_seconds)
    if status in _ELSEWHERE:
        return RedirectedError(manager, route, f"it answered {status} and sends us to {answer.sent_to or 'nowhere'}")
    if status in {401, 403}:
        remedy = "give the account the role of an HCX administrator at this manager"
        return NotOfferedError(manager, route, f"the account may not make this call ({detail})", remedy=remedy)
    return RejectedError(manager, route, detail)
