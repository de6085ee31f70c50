"""Each type of value that a spec holds stands here with its bounds, its unit and its shorthand.

Values are never coerced: `"5"` is not a number, `true` is not 1.
"""

from typing import Annotated, Any, NamedTuple, cast

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError, core_schema

from plimsoll.catalog.tables import engines_serving
from plimsoll.ground.days import is_day


def number_to(*keys: str) -> BeforeValidator:
    """Let one number stand for a mapping in which each of `keys` is that number."""

    def expand(value: object) -> object:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return dict.fromkeys(keys, value)
        return value

    return BeforeValidator(expand)


def _one_to_many(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    return tuple(cast("list[object]", value)) if isinstance(value, list) else value


class Within:
    """Both bounds of a finite number, from `least` to `most`, themselves included.

    It writes the schema that pydantic would make of `Field(ge=…, le=…, allow_inf_nan=False)`, in a third of
    the time: a spec has some fifty such numbers.
    """

    def __init__(self, least: float, most: float) -> None:
        """Keep the bounds."""
        self.least, self.most = least, most

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:  # noqa: ANN401
        del handler  # it would work out the same
        if source is int:
            return core_schema.int_schema(ge=int(self.least), le=int(self.most))
        return core_schema.float_schema(ge=self.least, le=self.most, allow_inf_nan=False)


Text = Annotated[
    str,
    # No control or direction characters: this text reaches terminals, tags and reports.
    Field(
        min_length=1,
        max_length=256,
        pattern=r"^[^\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]*$",
    ),
]


def _real_day(text: str) -> str:
    if not is_day(text):
        raise PydanticCustomError("not_a_day", "not a day of the calendar")
    return text


Day = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    AfterValidator(_real_day),
]
"""A day of the calendar, `YYYY-MM-DD`: quoted, since other readers of YAML take it for a date."""

LEAST_SHARE = 1e-6
"""The smallest share that is not zero: one in a million."""


def _no_dust(share: float) -> float:
    if 0 < share < LEAST_SHARE:
        raise PydanticCustomError("dust", "too small", {"ge": LEAST_SHARE})
    return share


class Unit(NamedTuple):
    """A unit says what a number of the spec counts; it stands beside the type, for messages."""

    name: str


PARAMETERS = Unit("10^9 parameters")
Parameters = Annotated[float, Within(1e-6, 100_000), PARAMETERS]
Rate = Annotated[float, Within(1e-6, 1e9), Unit("requests per second")]
Users = Annotated[float, Within(1, 1e10), Unit("users")]
HourlyRate = Annotated[float, Within(1e-4, 1e6), Unit("requests per hour")]
InFlight = Annotated[float, Within(1e-6, 1e9), Unit("requests in flight")]
Tokens = Annotated[float, Within(1, 10_000_000), Unit("tokens")]
TokensWhole = Annotated[int, Within(1, 10_000_000), Unit("tokens")]
Milliseconds = Annotated[float, Within(0.001, 86_400_000), Unit("milliseconds")]
Seconds = Annotated[float, Within(0.1, 86_400), Unit("seconds")]
StartSeconds = Annotated[float, Within(0, 86_400), Unit("seconds")]
TaskRate = Annotated[float, Within(1e-6, 1e6), Unit("tasks per second")]
Tasks = Annotated[float, Within(0, 1e12), Unit("tasks")]
TaskSeconds = Annotated[float, Within(0.001, 604_800), Unit("seconds")]
Wait = Annotated[float, Within(0, 604_800_000), Unit("milliseconds")]
"""Tasks may wait for a week, and not at all."""
Spread = Annotated[float, Within(0, 100)]
Entries = Annotated[int, Within(1, 10**12)]
Kibibytes = Annotated[float, Within(0.001, 524_288), Unit("KiB")]
"""An answer is at most what Valkey keeps under one key, 512 MiB."""
Pixels = Annotated[int, Within(16, 16_384), Unit("pixels")]
Gibibytes = Annotated[float, Within(0.001, 65536), Unit("GiB")]
VirtualCpus = Annotated[float, Within(0.001, 1024), Unit("vCPU")]
Dollars = Annotated[float, Within(0.01, 1e12), Unit("US dollars per month")]
SHARE = Unit("a share from 0 to 1")
Fraction = Annotated[float, Within(0, 1), AfterValidator(_no_dust), SHARE]
Part = Annotated[float, Within(0.01, 0.99), SHARE]
"""Each quantity has a smallest sensible value: a request in eleven days, a microsecond, a mebibyte, a
thousandth of a CPU (Kubernetes' smallest), a cent. Below it, sizing would divide by next to nothing."""
Count = Annotated[int, Within(1, 100_000)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=63)]
Many = BeforeValidator(_one_to_many)
Label = Annotated[
    str, Field(min_length=1, max_length=63, pattern=r"^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$")
]


class _Generates:
    """The name of an engine that generates: a choice that grows with the rows of the catalogue."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:  # noqa: ANN401
        del source, handler
        return core_schema.no_info_plain_validator_function(_engine_name)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:  # noqa: ANN401
        del schema, handler
        names = list(engines_serving("llm"))
        return {"const": names[0], "type": "string"} if len(names) == 1 else {"enum": names, "type": "string"}


def _engine_name(value: object) -> object:
    names = engines_serving("llm")
    if value in names:
        return value
    expected = ", ".join(f"'{name}'" for name in names)
    raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": expected})


EngineName = Annotated[str, _Generates()]
