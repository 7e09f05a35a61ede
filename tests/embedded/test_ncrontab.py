"""NCRONTAB expressions, by the moments at which they fire."""

from datetime import UTC, datetime

import pytest

from embedded.ncrontab import Ncrontab, NcrontabInvalidError

TUESDAY = datetime(2026, 11, 24, 6, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "after", "fires"),
    [
        ("0 0 * * * *", "2026-11-24T06:00:00", "2026-11-24T07:00:00"),
        ("0 0 * * * *", "2026-11-24T05:59:59.999999", "2026-11-24T06:00:00"),
        ("0 */5 * * * *", "2026-11-24T06:01:00", "2026-11-24T06:05:00"),
        ("*/15 * * * * *", "2026-11-24T06:00:44", "2026-11-24T06:00:45"),
        ("0 5/20 * * * *", "2026-11-24T06:26:00", "2026-11-24T06:45:00"),
        ("0 5/20 * * * *", "2026-11-24T06:45:00", "2026-11-24T07:05:00"),
        ("30 15 2 * * *", "2026-11-24T06:00:00", "2026-11-25T02:15:30"),
        ("0 0 22-18 * * *", "2026-11-24T06:00:00", "2026-11-24T18:00:00"),
        ("0 30 9 * * Mon-Fri", "2026-11-27T09:30:00", "2026-11-30T09:30:00"),
        ("0 30 9 * JAN 1", "2026-11-24T06:00:00", "2027-01-04T09:30:00"),
        ("0 0 0 13 * 5", "2026-11-24T06:00:00", "2027-08-13T00:00:00"),
        ("0 0 0 31 * *", "2026-11-24T06:00:00", "2026-12-31T00:00:00"),
        ("0 0 0 29 2 *", "2026-11-24T06:00:00", "2028-02-29T00:00:00"),
        ("0 0 0 29 2 sunday", "2026-11-24T06:00:00", "2032-02-29T00:00:00"),
        ("1,2,40-42 0 0 1 1 *", "2027-01-01T00:00:02", "2027-01-01T00:00:40"),
        ("0 0 0 * * 0", "2026-11-24T06:00:00", "2026-11-29T00:00:00"),
        ("59 59 23 31 12 *", "2026-12-31T23:59:59", "2027-12-31T23:59:59"),
    ],
)
def test_the_next_moment(expression: str, after: str, fires: str) -> None:
    """The next moment is the first that fits every field, strictly after the given one."""
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert Ncrontab(expression).next_after(moment) == datetime.fromisoformat(fires).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("0 * * * *", "has 5 fields and needs 6: second, minute, hour, day, month, weekday"),
        ("60 * * * * *", "'60' is not a second: 60 is not from 0 to 59"),
        ("0 0 0 * * 7", "'7' is not a weekday: 7 is not from 0 to 6"),
        ("0 0 0 * noon *", "'noon' is not a month: 'noon' is neither a number nor a name"),
        ("0 */0 * * * *", "a step is 1 or more"),
        ("0 */x * * * *", "'\\*/x' is not a minute"),
        ("0 1, * * * *", "'1,' is not a minute"),
        ("0 1- * * * *", "'1-' is not a minute"),
    ],
)
def test_what_is_no_expression_is_refused(expression: str, says: str) -> None:
    """A wrong expression names the field, what is wrong and what would be right."""
    with pytest.raises(NcrontabInvalidError, match=says):
        Ncrontab(expression)


def test_an_expression_that_never_fires_says_so() -> None:
    """The 30th of February is looked for in vain and not for ever."""
    with pytest.raises(NcrontabInvalidError, match="never fires"):
        Ncrontab("0 0 0 30 2 *").next_after(TUESDAY)
