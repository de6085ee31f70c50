"""The load of a workload: how many requests arrive and when, and what one of them is."""

from typing import Annotated

from pydantic import Field

from plimsoll.spec import defaults
from plimsoll.spec.cache.answer_cache import AnswerCache
from plimsoll.spec.frozen import Frozen, WhenGiven
from plimsoll.spec.measured.queue import Queue
from plimsoll.spec.values import (
    Fraction,
    HourlyRate,
    InFlight,
    Many,
    Pixels,
    Rate,
    Seconds,
    Tokens,
    Unit,
    Users,
    Within,
    number_to,
)


class Qps(Frozen):
    """Requests per second, summed over all replicas."""

    peak: Rate = Field(description="Requests per second at the busiest time.", examples=[12])
    average: Rate | None = Field(
        default=None, description="Requests per second, mean over the month; default: the peak."
    )


class TokenCount(Frozen):
    """Tokens per request."""

    mean: Tokens = Field(description="Mean tokens per request.", examples=[1200])
    p95: Tokens | None = Field(
        default=None,
        description=f"95th percentile; default: {defaults.P95_RATIO} × mean, within the model's context.",
    )


class AudioLength(Frozen):
    """Seconds of audio per request."""

    mean: Seconds = Field(description="Mean seconds of audio per request.", examples=[defaults.AUDIO_S])
    p95: Seconds | None = Field(default=None, description="95th percentile; default: the mean.")


ARRIVAL = ("qps", "users", "requests_per_user_per_hour", "concurrency", "profile")
"""Keys of the load that say how many requests arrive and when; the others are of one request."""


class Load(Frozen):
    """How much traffic, of what shape."""

    qps: Annotated[Qps, number_to("peak")] | None = Field(
        default=None, description="Requests per second: one number, or {peak, average}.", examples=[5]
    )
    users: Users | None = Field(
        default=None, description="People who use it, instead of qps; with requests_per_user_per_hour."
    )
    requests_per_user_per_hour: HourlyRate | None = Field(
        default=None,
        description="Requests that one of users makes in an hour, on average; the peak is by profile, else "
        f"{defaults.PEAK_OF_USERS} × the average.",
        examples=[6],
    )
    concurrency: InFlight | None = Field(
        default=None, description="Requests in flight at the peak, instead of qps.", examples=[64]
    )
    queue: Annotated[Queue, WhenGiven()] | None = Field(
        default=None, description="Tasks that wait for a worker, instead of qps; needs measured.task_mean_ms."
    )
    profile: Annotated[tuple[Fraction, ...], Many] | None = Field(
        default=None, description="24 or 168 fractions of the peak, hour by hour (UTC)."
    )
    input_tokens: Annotated[TokenCount, number_to("mean")] | None = Field(
        default=None,
        description="Prompt tokens per request, those of images and audio included: one number (the mean), "
        f"or {{mean, p95}}; default {defaults.INPUT_TOKENS}, at most a quarter of the model's context.",
    )
    output_tokens: Annotated[TokenCount, number_to("mean")] | None = Field(
        default=None,
        description="Generated tokens per request: one number (the mean), or {mean, p95}; "
        f"default {defaults.OUTPUT_TOKENS}, at most a quarter of the model's context; "
        f"for speech {defaults.TOKENS_PER_AUDIO_S} per second of audio.",
    )
    shared_prefix_tokens: Annotated[float, Within(0, 10_000_000), Unit("tokens")] = Field(
        default=0, description="Leading prompt tokens that requests share and the prefix cache keeps."
    )
    max_tokens: Annotated[int, Within(1, 100_000_000), Unit("tokens")] | None = Field(
        default=None,
        description="Longest prompt and answer together that is served; default: the model's context, or "
        "what the cache of one replica holds, whichever is less.",
        examples=[32768],
    )
    audio_s: Annotated[AudioLength, number_to("mean")] | None = Field(
        default=None,
        description="Speech models: seconds of audio per request, one number or {mean, p95}; "
        f"default {defaults.AUDIO_S}.",
    )
    image_px: Pixels | None = Field(
        default=None,
        description="Image models: side of an image in pixels; default: the size the model was made for.",
    )

    cache: Annotated[AnswerCache, WhenGiven()] | None = Field(
        default=None, description="Answers that are kept, so that a repeated request reaches no replica."
    )

    @property
    def rate(self) -> Qps | None:
        """Requests per second: as given, or what so many people make; None where the load is no rate.

        The average of users is users × requests_per_user_per_hour ÷ 3600; the peak is what the profile makes
        of that average, else three times it.
        """
        if self.users is None or self.requests_per_user_per_hour is None:
            return self.qps
        average = self.users * self.requests_per_user_per_hour / 3600
        mean = sum(self.profile) / len(self.profile) if self.profile is not None else 0.0
        peak = average / mean if mean else average * defaults.PEAK_OF_USERS
        return Qps.model_construct(peak=peak, average=average)

    @property
    def of_one_request(self) -> tuple[object, ...]:
        """What is said of one request, however many arrive and when."""
        return tuple(getattr(self, name) for name in type(self).model_fields if name not in ARRIVAL)
