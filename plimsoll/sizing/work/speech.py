"""Speech becomes text window by window: an encoder's pass over each, then a decoder's step for each token.

The windows of one request come one after another, as the engine's transcription API asks for them; those of
different requests share steps, as in text generation.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from plimsoll.catalog.facts import InstanceType
from plimsoll.engines.base import ContainerSpec, EngineSettings, Served
from plimsoll.engines.registry import generation_engine
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB
from plimsoll.sizing.kv_cache import kv_bytes_per_token
from plimsoll.sizing.limits import MEMORY, Reason
from plimsoll.sizing.memory import (
    MemoryFit,
    MemoryGib,
    Placement,
    fit,
    layers_bytes,
    step_bytes,
    weight_bytes,
)
from plimsoll.sizing.nodes import PodShape
from plimsoll.sizing.replica import LlmReplica
from plimsoll.sizing.sharing import AS_ONE, shared
from plimsoll.sizing.traffic import Lengths, Traffic, Z
from plimsoll.sizing.work.base import Assignment, Peak, SpeechRate
from plimsoll.sizing.work.requests import DEFAULT, ModelRequests, ServedModel, model_of, published_name
from plimsoll.sizing.work.setup import (
    Setup,
    engine_reasons,
    has_rates,
    most_load,
    platform_reasons,
    speed_reasons,
    wanted_precisions,
)
from plimsoll.spec import defaults
from plimsoll.spec.workload import Load, Workload
from plimsoll.speed.speech import SpeechModel, decoder_of, encoder_of, parts_of, speech_model

POD = PodShape(cpu=3.0, memory_gib=10.0, accelerators=1)
"""One API process, which also decodes and resamples the audio, and one worker. Assumption."""

SERVED_IN = "fp16"
"""What speech models compute in where the spec names nothing: most are published so, every part has it."""

IDLE = 1e-9
"""Stands in for a batch of none, whose means are those of a request that is alone."""

WHOLE = 1e-9
"""Audio that exceeds a whole number of windows by less is rounding."""


@record
class Audio:
    """Requests bring so many seconds of audio, cut into windows of `window_s`, and take so many tokens."""

    seconds: Lengths
    tokens: Lengths
    window_s: float

    @property
    def windows(self) -> float:
        """Mean windows of a request, Σ P(audio > k windows) over k from 0, whole windows being padded."""
        if not self.seconds.sigma:
            return float(self.windows_at(0.0))
        return sum(self._longer_than(count) for count in range(self.windows_at(_FAR) + 1))

    def windows_at(self, z: float) -> int:
        """Count the windows of a request at a standard normal score of its length."""
        return max(math.ceil(self.seconds.quantile(z) / self.window_s - WHOLE), 1)

    def tokens_at(self, z: float) -> float:
        """Count the tokens of a request at a score: at least one in each window."""
        return max(self.tokens.quantile(z), float(self.windows_at(z)))

    def _longer_than(self, windows: int) -> float:
        if not windows:
            return 1.0
        mean, sigma = self.seconds.mean, self.seconds.sigma
        score = (math.log(windows * self.window_s / mean) + sigma**2 / 2) / sigma
        return math.erfc(score / math.sqrt(2)) / 2


_FAR = 4.0
"""A score that three requests in a hundred thousand exceed: longer ones add next to nothing to a mean."""


@record
class SpeechReplica:
    """A server of speech: `window` serves windows with continuous batching, a request is several of them.

    Windows of a request follow each other, so as many are in flight as requests are. A request takes the
    first window's wait and pass, the later ones' mean wait and pass, and a step for every further token.
    """

    window: LlmReplica
    audio: Audio

    @property
    def full_batch(self) -> float:
        """All slots together."""
        return self.window.full_batch

    @property
    def top_batch(self) -> float:
        """The batch at the utilisation target of windows."""
        return self.window.top_batch

    def qps_of(self, batch: float) -> float:
        """Requests per second: windows per second ÷ windows of a request."""
        return self.window.qps_of(batch) / self.audio.windows

    def latencies_s(self, batch: float, keys: Sequence[str]) -> list[float]:
        """Time from audio to the last token, at percentiles of the wait and of the audio's length."""
        return [self._latency(max(batch, IDLE), key.rpartition("_")[2]) for key in keys]

    def mean_s(self, batch: float) -> float:
        """Mean time of a request, by Little's law."""
        running = max(batch, IDLE)
        return self.in_flight(running) / self.qps_of(running)

    def in_flight(self, batch: float) -> float:
        """Requests in flight, which are the windows in flight."""
        return self.window.in_flight(batch)

    def _latency(self, batch: float, name: str) -> float:
        tail, step = self.window.latencies_s(batch, [f"ttft_{name}", "tpot_p50"])
        each = self.window.in_flight(batch) / self.window.qps_of(batch)
        first = each - max(self.window.traffic.output_tok.mean - 1, 0.0) * step
        audio, z = self.audio, max(Z[name], 0.0)
        typical = tail + self._rest(audio.windows, max(audio.tokens.mean, audio.windows), first, step)
        long = first + self._rest(float(audio.windows_at(z)), audio.tokens_at(z), first, step)
        return max(typical, long)

    @staticmethod
    def _rest(windows: float, tokens: float, first: float, step: float) -> float:
        return (windows - 1) * first + (tokens - windows) * step


class Speech(ModelRequests):
    """A speech model that transcribes audio."""

    latency_metrics = ("latency",)
    reported = ("latency_p95",)

    def __init__(self, workload: Workload, model: ServedModel) -> None:
        super().__init__(workload, model)
        self.parts = parts_of(model.architecture)
        self.audio = audio_of(workload.load, self.parts.window_s)
        self.window_tok = max(self.audio.tokens.mean / self.audio.windows, 1.0)
        self._setups: dict[tuple[object, ...], Setup] = {}

    def on(self, instance: InstanceType) -> Sequence[Setup]:
        """Try one setup per precision: the spec's, the pinned, or 16 bit."""
        return [self._on(instance, precision) for precision in wanted_precisions(self.workload, SERVED_IN)]

    def adapted(self, workload: Workload) -> "Speech":
        """Work out the same anew under a changed spec."""
        return Speech(workload, self.model)

    def output_tok_per_s(self, peak: Peak) -> float:
        """Multiply the transcripts at the mean load by the tokens of one."""
        return peak.qps * self.traffic.mean_fraction * self.audio.tokens.mean

    def speech(self, setup: Setup, peak: Peak) -> SpeechRate | None:
        """Say how long a request takes for its audio, and how much audio each replica transcribes."""
        if setup.loaded is None or not isinstance(setup.loaded.replica, SpeechReplica):
            return None
        seconds = self.audio.seconds.mean
        return SpeechRate(
            real_time_factor=_figure(setup.loaded.replica.mean_s(peak.batch) / seconds),
            audio_s_per_s=_figure(peak.qps / peak.serving * seconds),
            tokens_per_audio_s=_figure(self.audio.tokens.mean / seconds),
        )

    def container(self, setup: Setup, instance: InstanceType) -> ContainerSpec:
        """Start the spec's engine, and tell it what sizing found."""
        architecture, engine = self.model.architecture, self.workload.engine
        return generation_engine(engine.name).serve(
            Served(
                architecture=architecture,
                model=published_name(self.workload, architecture),
                accelerator=instance.accelerator,
                version=engine.version,
                precision=setup.precision or "",
                settings=setup.settings,
            )
        )

    def load_defaults(self) -> Iterator[Assumption]:
        """Yield the length of audio, the tokens it becomes, and the precision."""
        load, audio = self.workload.load, self.audio
        if load.audio_s is None:
            yield Assumption("load.audio_s", audio.seconds.mean, "seconds", DEFAULT)
        if load.audio_s is None or load.audio_s.p95 is None:
            yield Assumption("load.audio_s.p95", audio.seconds.mean, "seconds", f"{DEFAULT}: the mean")
        if load.output_tokens is None:
            rule = f"{DEFAULT}: {defaults.TOKENS_PER_AUDIO_S} per second of audio"
            yield Assumption("load.output_tokens", audio.tokens.mean, "tokens", rule)
        if self.workload.precision is None and self.workload.pin.precision is None:
            yield Assumption("precision", SERVED_IN, None, f"{DEFAULT}: speech models are served in it")

    def inferred(self) -> Iterator[Assumption]:
        """Yield the engine, what its image lacks, and the basis of the speed, beside facts of the model."""
        yield from super().inferred()
        engine = self.workload.engine
        yield Assumption(
            "audio extra",
            f"{engine.name}[audio]",
            None,
            "the published image is without it: build one on top that installs it, else audio is not decoded",
        )
        yield Assumption(
            "speed basis", "extrapolated", None, "no measured point with speech: what text reaches is taken"
        )

    def _on(self, instance: InstanceType, precision: str) -> Setup:
        key = (instance.accelerator, instance.accelerator_fraction, instance.arch, precision)
        if key not in self._setups:
            placement = Placement(self.accelerator(instance), 1, precision, instance.accelerator_fraction)
            self._setups[key] = self._setup(placement, instance)
        return self._setups[key]

    def _setup(self, placement: Placement, instance: InstanceType) -> Setup:
        architecture, accelerator = self.model.architecture, placement.accelerator
        engine = generation_engine(self.workload.engine.name)
        memory = self._memory(placement)
        slots = memory.max_sequences(self.parts.prompt_tok + self.window_tok)
        model = self._model(placement)
        loaded, broken = None, ()
        if model is not None:
            loaded, broken = most_load(self._replica(model, memory, slots), self.limits_s)
        return Setup(
            accelerator=accelerator.name,
            accelerators=1,
            tensor_parallel=1,
            precision=placement.precision,
            pod=POD,
            reasons=(
                *platform_reasons(accelerator, placement.precision),
                *engine_reasons(engine, accelerator, instance.arch, placement.precision),
                *shared(instance, ending=AS_ONE),
                *_memory_reasons(memory),
                *speed_reasons(accelerator),
                *broken,
            ),
            loaded=loaded if memory.fits else None,
            interval={"latency": self._interval(model)} if model is not None else {},
            least_s={"latency": self._least_s(model)} if model is not None else {},
            weights_bytes=weight_bytes(architecture, placement.precision),
            memory=MemoryGib.of(memory, cache=True),
            kv_bytes_per_token=kv_bytes_per_token(architecture),
            settings=EngineSettings(
                max_model_len_tok=architecture.max_context_tok,
                max_num_seqs=max(slots, 1),
                gpu_memory_utilization=round(memory.usable / placement.device_bytes, 4),
            ),
        )

    def _memory(self, placement: Placement) -> MemoryFit:
        """Fit weights, the larger of the two parts' steps, and both caches of at least one window."""
        architecture, engine = self.model.architecture, self.workload.engine
        profile = generation_engine(engine.name).profile(engine.version, placement.accelerator)
        together = max(profile.batched_tok // self.parts.frames, 1) * self.parts.frames
        step = max(
            layers_bytes(encoder_of(architecture), 1, together),
            step_bytes(decoder_of(architecture), 1, profile.batched_tok, profile.sequences),
        )
        return fit(architecture, placement, profile, float(architecture.max_context_tok), step)

    def _model(self, placement: Placement) -> SpeechModel | None:
        if not has_rates(placement.accelerator):
            return None
        model, engine = self.model, self.workload.engine.name
        return speech_model(
            model.speed, model.architecture, placement.accelerator, placement.precision, engine
        )

    def _replica(self, model: SpeechModel, memory: MemoryFit, slots: int) -> SpeechReplica:
        """A replica; where nothing fits, one slot, so that latency limits are still checked."""
        context = self.parts.prompt_tok + self.window_tok / 2
        window = LlmReplica(
            step_s=lambda batch: model.decoder.decode_s(batch, context),
            mixed_prefill_s=lambda _, running: model.interleaved_s(running, context),
            first_token_s=lambda _: model.first_token_s(),
            traffic=_of_windows(self.traffic, float(self.parts.frames), self.window_tok),
            slots=float(max(slots, 1)),
            kv_bound=slots < memory.sequences_limit,
            chunk_tok=float(self.parts.frames),
        )
        return SpeechReplica(window, self.audio)

    def _least_s(self, model: SpeechModel) -> float:
        audio, median = self.audio, Z["p50"]
        return model.least_s(float(audio.windows_at(median)), audio.tokens_at(median))

    def _interval(self, model: SpeechModel) -> tuple[float, float]:
        assumed = bool(self.model.architecture.assumed)
        return self.model.speed.interval("e2e", model.basis, assumed=assumed)


def work(assigned: Assignment) -> Speech:
    """Make the work that a spec asks for."""
    return Speech(assigned.workload, model_of(assigned))


def audio_of(load: Load, window_s: float) -> Audio:
    """Fit audio and tokens to what a spec says; tokens that it leaves out follow the audio."""
    given, said = load.audio_s, load.output_tokens
    mean = given.mean if given is not None else float(defaults.AUDIO_S)
    p95 = given.p95 if given is not None and given.p95 is not None else mean
    tokens = said.mean if said is not None else defaults.TOKENS_PER_AUDIO_S * mean
    long = said.p95 if said is not None and said.p95 is not None else tokens * p95 / mean
    return Audio(Lengths.between(mean, p95), Lengths.between(tokens, long), window_s)


def _of_windows(traffic: Traffic, frames: float, tokens: float) -> Traffic:
    """Describe windows as requests of one length: frames to read, tokens to write."""
    return replace(
        traffic, input_tok=Lengths(frames, 0.0), output_tok=Lengths(tokens, 0.0), shared_prefix_tok=0.0
    )


def _figure(value: float) -> float:
    """Three significant digits: what is not noise."""
    return float(f"{value:.3g}")


def _memory_reasons(memory: MemoryFit) -> Iterator[Reason]:
    if not memory.fits:
        needed = (memory.usable + memory.shortfall) / GIB
        message = f"needs {needed:.2f} GiB, {memory.usable / GIB:.2f} GiB are usable"
        yield MEMORY.broken(message, memory.usable / GIB, needed)
