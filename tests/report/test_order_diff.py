"""What changed its place: the fewest that explain it, found as well in long orders as in short ones."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from shared.report.order_diff import moved, order_words


def test_one_that_moved_is_the_only_one_told() -> None:
    """Whoever is passed by did not move."""
    assert order_words("abcde", "dabce", str.upper) == "D goes first instead of after C"
    assert order_words("abcde", "abcde", str.upper) == ""


def test_of_many_the_first_are_told_and_the_others_counted() -> None:
    """A whole wave turned round is no page of names."""
    words = order_words("abcdefgh", "hgfedcba", str.upper)

    assert words.startswith("H goes first instead of after G; G goes after H instead of after F; ")
    assert words.endswith("; and 2 more go elsewhere")


@given(st.permutations(range(6)))
def test_no_smaller_set_explains_the_order(order: list[int]) -> None:
    """Without those that moved both orders are the same, and no fewer would do."""
    was, now = [str(one) for one in range(6)], [str(one) for one in order]
    gone = set(moved(was, now))

    assert [one for one in was if one not in gone] == [one for one in now if one not in gone]
    rising = (kept for size in range(7) for kept in combinations(now, size) if list(kept) == sorted(kept))
    assert len(gone) == 6 - max(map(len, rising))
