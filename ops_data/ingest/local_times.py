"""Local clock times of logs and streams, brought to Unix UTC seconds; hours that a clock change doubles or skips."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ops_data.errors import UsageError


class LocalTimeError(ValueError):
    """A local time that is no single moment; the message says why and what to write instead."""


@cache
def zone_named(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name; UsageError for a name that is none.

    Examples
    --------
    >>> zone_named("Asia/Tokyo").key
    'Asia/Tokyo'
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"zone '{name}': is no IANA time zone; write one such as 'Asia/Tokyo', 'Pacific/Guam' or 'UTC'"
        ) from error


def utc_s(local: datetime, zone: ZoneInfo) -> int:
    """Return the Unix second of a local time, its fraction cut off.

    Parameters
    ----------
    local : a time with an offset, which then counts, or without, which is then a clock time of ``zone``.
    zone : zone of clock times.

    Raises
    ------
    LocalTimeError
        The clock of the zone shows the time twice, or never.

    Examples
    --------
    >>> utc_s(datetime(1970, 1, 1, 9), zone_named("Asia/Tokyo"))
    0
    """
    if local.tzinfo is not None:
        return int(local.timestamp() // 1)
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        said = local.isoformat(sep=" ", timespec="minutes")
        known = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
        how = "comes twice" if known else "does not exist"
        raise LocalTimeError(
            f"{said} {how} in {zone.key}, whose clock changes then; write it with its offset, such as "
            f"{local.isoformat(timespec='minutes')}{_offset(first)}"
        )
    return int(first.timestamp() // 1)


def _offset(moment: datetime) -> str:
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
