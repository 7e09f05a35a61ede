"""How many activities may sleep at once in one process: few enough that the others always have threads to work in."""

SLEEPERS_MAX = 2
"""However many threads there are: each of a few meters that sleeps saves events of a history, and no more."""

THREADS_UNSAID = 5
"""Of a process that nobody told: what Python's own pool has on one core."""

_OF_EACH = 4
"""One thread in so many may sleep. That it is four is our own judgement."""


def sleepers(threads: int | None) -> int:
    """How many may sleep; none where there are so few threads that a sleeper would keep others from working.

    Whoever is not let sleep is woken by a durable timer instead, which costs its history some events a look.

    Args:
        threads: in which the activities of one process run; None where nobody said.
    """
    return min(SLEEPERS_MAX, (threads or THREADS_UNSAID) // _OF_EACH)
