"""Letting a plan go before anybody starts it. Kept free of FastAPI, as `commanding.py`.

The words on a plan are commands, in a chain of their own: so nobody puts one in, or changes one, unseen.
"""

from dataclasses import replace
from datetime import datetime
from itertools import count

from shared.model.command import Command, CommandKind
from shared.model.plan import Plan
from shared.ports import Store
from shared.rules.pre_approval import PreApproval, pre_approval


def pre_approve(
    store: Store,
    plan: Plan,
    kind: CommandKind,
    *,
    by: str,
    at: datetime,
    authenticated: bool,
    comment: str = "",
    mark: str = "",
) -> None:
    """Keep somebody's word on a plan.

    Args:
        store: where the plan is.
        plan: that they have looked at.
        kind: `approve`, that it may be started; `reject`, that it may not, any more.
        by: who says it.
        at: when.
        authenticated: whether a token says who they are.
        comment: why, in their own words.
        mark: of the call, where its caller repeats it: it is the same word whenever it comes again, and overrides none
            that was said since.
    """
    said = words_on(store, plan)
    word = Command(key="", kind=kind, by=by, authenticated=authenticated, at=at, comment=comment, plan_hash=plan.hash)
    keys = (_marked(kind, mark) if mark else f"{kind.value}/{number}" for number in count(said + 1))
    next(key for key in keys if store.command(_chain(plan), replace(word, key=key)) or mark)


def words_on(store: Store, plan: Plan) -> int:
    """How many words were said on a plan."""
    return len(store.commands(_chain(plan)))


def is_said(store: Store, plan: Plan, kind: CommandKind, mark: str) -> bool:
    """Whether the word of a call is kept already, which then comes a second time; never of a call without a mark."""
    return bool(mark) and any(one.key == _marked(kind, mark) for one in store.commands(_chain(plan)))


def _marked(kind: CommandKind, mark: str) -> str:
    return f"{kind.value}/by-key/{mark}"


def pre_approval_of(store: Store, plan: Plan) -> PreApproval | None:
    """The last word on a plan, where it lets it go.

    Raises:
        TamperedError: a word is not what was written there.
    """
    return pre_approval(plan, store.commands(_chain(plan)))


def _chain(plan: Plan) -> str:
    """No run has a colon in its id."""
    return f"plan:{plan.hash}"
