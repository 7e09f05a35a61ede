"""The rule of leases under every order of wishes, returns and passing time that hypothesis can think of."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.model.ledger import Lease, LeaseWish
from shared.store.errors import LeaseHeldError
from shared.store.leases import held, is_held, taken

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)

SUBJECTS = {
    "manager:a": (),
    "manager:b": (),
    "mesh:m": ("manager:a", "manager:b"),
    "mesh:n": ("manager:b", "manager:c"),
}

WISHES = st.tuples(st.sampled_from(sorted(SUBJECTS)), st.sampled_from(["run-1", "run-2"]), st.integers(0, 60))


def _in_each_others_way(one: Lease, other: Lease) -> bool:
    return one.subject == other.subject or one.subject in other.quiet or other.subject in one.quiet


@given(st.lists(WISHES, max_size=20))
def test_nobody_in_anybodys_way(wishes: list[tuple[str, str, int]]) -> None:
    """However often leases are wished for, what is held at one time never touches what another one holds."""
    standing: dict[str, Lease] = {}
    refusals: list[tuple[Lease, LeaseWish, datetime]] = []
    token, now, tokens = 0, NOW, []
    for subject, run, minutes in wishes:
        now += timedelta(minutes=minutes)
        wish = LeaseWish(
            subject=subject, quiet=SUBJECTS[subject], run=run, task=subject, until=now + timedelta(minutes=30)
        )
        try:
            lease = taken(standing.values(), wish, now, token + 1)
        except LeaseHeldError as error:
            refusals.append((error.standing, wish, now))
            continue
        tokens += [lease.token] if lease.token > token else []
        token, standing[subject] = max(token, lease.token), lease

        live = held(standing.values(), now)
        assert lease in live
        assert not [1 for one in live for other in live if one is not other and _in_each_others_way(one, other)]
    assert tokens == sorted(set(tokens))
    for theirs, wish, at in refusals:
        assert (theirs.run, theirs.task) != (wish.run, wish.task)
        assert is_held(theirs, theirs.token, at)


def test_not_held_by_its_end() -> None:
    """A lease is held up to its end and not at it, and under no other token."""
    lease = Lease(subject="m", quiet=(), run="r", task="t", token=3, since=NOW, until=NOW + timedelta(minutes=1))

    assert is_held(lease, 3, NOW)
    assert not is_held(lease, 3, lease.until)
    assert not is_held(lease, 2, NOW)
    assert not is_held(None, 3, NOW)
