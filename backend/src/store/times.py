"""Times as the store writes them: microseconds since 1970, UTC, exact in every database."""

import datetime as dt

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


def to_number(moment: dt.datetime) -> int:
    """Return the microseconds since 1970 of a time with a time zone."""
    return (moment - EPOCH) // MICROSECOND


def to_moment(number: int) -> dt.datetime:
    """Return the time, in UTC."""
    return EPOCH + number * MICROSECOND
