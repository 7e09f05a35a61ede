"""Letting a plan go before anybody starts it. Kept free of FastAPI, as `commanding.py`.

The words on a plan are commands, in a chain of their own: so nobody puts one in, or changes one, unseen.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from shared.model.command import Command, CommandKind
from shared.model.plan import Plan
from shared.ports import Store
from shared.rules.pre_approval import PreApproval, pre_approval


def words_on(store: Store, plan: Plan) -> tuple[Command, ...]:
    """Every word on a plan, in the order in which they were said.

    Raises:
        TamperedError: one is not what was written there.
    """
    return store.commands(_chain(plan))


def keep_word(store: Store, plan: Plan, word: Command, mark: str = "") -> None:
    """Keep somebody's word on a plan.

    Args:
        store: where the plan is.
        plan: that they have looked at.
        word: `approve`, that it may be started, or `reject`, that it may not, any more; its key is made up here.
        mark: of the call, where its caller repeats it: it is the same word whenever it comes again, and overrides none
            that was said since.
    """
    said = len(words_on(store, plan))
    keys = (_marked(word.kind, mark) if mark else f"{word.kind.value}/{number}" for number in count(said + 1))
    meant = replace(word, plan_hash=plan.hash)
    next(key for key in keys if store.command(_chain(plan), replace(meant, key=key)) or mark)


def is_said(words: Iterable[Command], kind: CommandKind, mark: str) -> bool:
    """Whether the word of a call is kept already, which then comes a second time; never of a call without a mark."""
    return bool(mark) and any(one.key == _marked(kind, mark) for one in words)


def pre_approval_of(store: Store, plan: Plan) -> PreApproval | None:
    """The last word on a plan, where it lets it go.

    Raises:
        TamperedError: a word is not what was written there.
    """
    return pre_approval(plan, words_on(store, plan))


def _marked(kind: CommandKind, mark: str) -> str:
    return f"{kind.value}/by-key/{mark}"


def _chain(plan: Plan) -> str:
    """No run has a colon in its id."""
    return f"plan:{plan.hash}"
