"""Forms of traces: our own columns, and those in which public traces are published."""

from collections.abc import Mapping, Sequence

from plimsoll.ground.start_up import record


@record
class TraceForm:
    """A form names the columns of time, prompt and answer; `seconds` is the unit of a time that is a number.

    `marks` are columns that tell it from others. A dated form has dates with times of day instead. Where
    `block_tok` is given, `HASHES` may hold a hash for each block of so many tokens and all before it.
    """

    name: str
    time: str
    prompt: str
    answer: str
    seconds: float = 1.0
    dated: bool = False
    marks: tuple[str, ...] = ()
    block_tok: int = 0

    @property
    def columns(self) -> tuple[str, str, str]:
        """The three columns that are read."""
        return self.time, self.prompt, self.answer

    def fits(self, columns: Sequence[str]) -> bool:
        """Say whether a file with these columns is of this form."""
        return {*self.columns, *self.marks} <= set(columns)


HASHES = "hash_ids"
"""The key of a list of hashes, one for each block that a prompt begins with."""

OWN = TraceForm("plimsoll", "time_s", "input_tokens", "output_tokens")

CSV_FORMS = (
    OWN,
    TraceForm("azure", "TIMESTAMP", "ContextTokens", "GeneratedTokens", dated=True),
    TraceForm("burstgpt", "Timestamp", "Request tokens", "Response tokens"),
)
"""Columns of CSV traces: ours, Azure's LLM inference traces of 2023 and 2024 (Azure/AzurePublicDataset), and
BurstGPT's (HPMLL/BurstGPT)."""

JSON_FORMS = (
    TraceForm("bailian", "timestamp", "input_length", "output_length", marks=("chat_id",), block_tok=16),
    TraceForm("mooncake", "timestamp", "input_length", "output_length", seconds=0.001, block_tok=512),
)
"""Keys of JSON lines: Alibaba's Bailian traces in seconds (alibaba-edu/qwen-bailian-usagetraces-anon), and
Mooncake's in milliseconds (kvcache-ai/Mooncake). Their blocks are of 16 and of 512 tokens, as both say."""


def csv_form(header: Sequence[str]) -> TraceForm | None:
    """Find the form of a CSV file by its header."""
    return next((form for form in CSV_FORMS if form.fits(header)), None)


def json_form(first: Mapping[str, object]) -> TraceForm | None:
    """Find the form of JSON lines by the keys of the first."""
    return next((form for form in JSON_FORMS if form.fits(list(first))), None)
