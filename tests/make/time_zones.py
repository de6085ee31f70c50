"""The table of time zones, made anew from this machine's IANA database: `python -m tests.make.time_zones`."""

import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from tests.make.places import ROOT

TABLE = ROOT / "plimsoll" / "catalog" / "data" / "time_zones.csv"
HEADING = "name,offset_min,hours,other_offset_min,other_hours"
YEAR = 2027
_NOT_PLACES = ("localtime", "Factory")


def hours_by_offset(name: str) -> list[tuple[int, int]]:
    """Count the hours of the year at each offset from UTC, in minutes; the longest first."""
    zone, start = ZoneInfo(name), datetime(YEAR, 1, 1, tzinfo=UTC)
    counted: Counter[int] = Counter()
    for hour in range(365 * 24):
        offset = (start + timedelta(hours=hour)).astimezone(zone).utcoffset()
        assert offset is not None
        counted[round(offset.total_seconds() / 60)] += 1
    return counted.most_common()


def row(name: str) -> str:
    """Write the line of one zone."""
    found = hours_by_offset(name)
    assert len(found) in (1, 2), (name, found)
    second = [str(each) for each in found[1]] if len(found) > 1 else ["", ""]
    return ",".join([name, *map(str, found[0]), *second])


def names() -> list[str]:
    """Name every zone of the database, in the order of the lines: a name is found by halving them."""
    return sorted((name for name in available_timezones() if name not in _NOT_PLACES), key="{},".format)


def main() -> int:
    """Rewrite the table."""
    TABLE.write_text("\n".join([HEADING, *map(row, names())]) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
