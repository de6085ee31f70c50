"""The columns of an export, found by name; what is missing is told with the export that has such columns."""

from collections.abc import Iterable, Mapping, Sequence

from plimsoll.actuals.bills.dialect import Dialect, ExportColumn, first_said
from plimsoll.actuals.bills.tag_keys import column_spellings, spellings
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record

_SIGNS = {
    "line_item_usage_start_date": "a CUR 2.0: --from cur",
    "lineItem/UsageStartDate": "a Cost and Usage Report of the first version: export CUR 2.0, or FOCUS 1.2",
    "ChargePeriodStart": "a FOCUS export: --from focus",
    "ChargeType": "a FOCUS 0.5: export FOCUS 1.2",
}
"""A column, and what a file that has it is."""


@record
class Columns:
    """The columns of a file by name."""

    file: str
    by_name: Mapping[str, ExportColumn]

    def get(self, *names: str) -> ExportColumn | None:
        """Find the first of several columns; None if there is none of them."""
        return next((self.by_name[name] for name in names if name in self.by_name), None)

    def need(self, names: Sequence[str], what: str) -> None:
        """Refuse a file that lacks columns.

        Raises:
            SpecError: naming all that are missing, and what the file seems to be.
        """
        missing = [name for name in names if name not in self.by_name]
        if missing:
            seems = next((is_ for sign, is_ in _SIGNS.items() if sign in self.by_name), "")
            fix = f"this seems to be {seems}" if seems else f"give {what}"
            if len(self.by_name) == 1 and any(";" in name or "\t" in name for name in self.by_name):
                fix = "give it as AWS exports it, with commas between values: a spreadsheet wrote others"
            why = f"{len(self.by_name)} columns, and not {', '.join(missing)}"
            raise SpecError(Problem(f"no {what}", why, fix, file=self.file))

    def tag(self, dialect: Dialect, tags: ExportColumn | None, keys: Iterable[str]) -> str:
        """Read a tag by any of its keys, in any spelling, from the map or from columns of its own."""
        values: list[str] = []
        for key in keys:
            values += dialect.tag(tags, spellings(key))
            values += [self.by_name[name].sql for name in column_spellings(key) if name in self.by_name]
        return first_said(values) if values else "''"

    def identity(self, names: Sequence[str]) -> tuple[str, ...]:
        """Name those of several columns that are there."""
        return tuple(self.by_name[name].sql for name in names if name in self.by_name)

    def every(self, dialect: Dialect) -> tuple[str, ...]:
        """Write all columns as they can be grouped by."""
        return tuple(dialect.grouped(column) for column in self.by_name.values())
