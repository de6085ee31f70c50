"""Speech becomes text window by window: an encoder's pass over each, then a decoder's step for each token.

The windows of one request come one after another, as the engine's transcription API asks for them; those of
different requests share steps, as in text generation.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property

from plimsoll.catalog.facts import InstanceType
from plimsoll.engines.base import GenerationEngine
from plimsoll.engines.benchmarked import REFERENCE
from plimsoll.engines.registry import generation_engine
from plimsoll.ground.assumption import Assumption
from plimsoll.sizing.memory.admission import admitted
from plimsoll.sizing.memory.fit import MemoryFit, MemoryGib
from plimsoll.sizing.memory.kv_cache import kv_bytes_per_token
from plimsoll.sizing.memory.misfit import cache_reasons, memory_reasons
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.nodes import PodShape
from plimsoll.sizing.replica import LlmReplica
from plimsoll.sizing.served_weights import PLAIN, ServedWeights
from plimsoll.sizing.sharing.whole import AS_ONE, shared
from plimsoll.sizing.told import keys_of, settings
from plimsoll.sizing.traffic import Lengths, Traffic, Z
from plimsoll.sizing.waits.prompts import kinds_of
from plimsoll.sizing.work.audio import SpeechReplica, audio_of
from plimsoll.sizing.work.base import Assignment, Peak, SpeechRate
from plimsoll.sizing.work.requests import DEFAULT, ModelRequests, ServedModel, model_of
from plimsoll.sizing.work.setup import (
    Setup,
    engine_reasons,
    has_rates,
    most_load,
    platform_reasons,
    speed_reasons,
    stored_bytes,
    wanted_precisions,
    weights_reasons,
)
from plimsoll.spec import defaults
from plimsoll.spec.workload import Workload
from plimsoll.speed.evidence import DISTANCES, Sought
from plimsoll.speed.speech import SpeechModel, parts_of, speech_model

POD = PodShape(cpu=3.0, memory_gib=10.0, accelerators=1)
"""One API process, which also decodes and resamples the audio, and one worker. Assumption."""

SERVED_IN = "fp16"
"""What speech models compute in where the spec names nothing: most are published so, every part has it."""


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

    @cached_property
    def wanted(self) -> Sequence[str]:
        """The precisions to try: the spec's, the pinned, or what the weights hold, 16 bit being one kind."""
        held = self.weights.default_precision()
        return wanted_precisions(self.workload, SERVED_IN if held in PLAIN else held)

    def on(self, instance: InstanceType) -> Sequence[Setup]:
        """Try one setup per precision."""
        return [self._on(instance, precision) for precision in self.wanted]

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
            yield Assumption("precision", self.wanted[0], None, f"{DEFAULT}: speech models are served in it")

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

    def assumed_of(self, setup: Setup) -> Iterator[Assumption]:
        """Leave out the longest request: it is that of a window, whatever a spec says."""
        return (item for item in super().assumed_of(setup) if item.name != "load.max_tokens")

    def _on(self, instance: InstanceType, precision: str) -> Setup:
        key = (instance.accelerator, instance.accelerator_fraction, instance.arch, precision)
        if key not in self._setups:
            weights = self.weights.in_precision(precision)
            placement = Placement(
                self.accelerator(instance),
                precision=precision,
                share=instance.accelerator_fraction,
                kv_precision=self.workload.engine.kv_cache_dtype,
                made_at_load=weights.made_at_load,
            )
            self._setups[key] = self._setup(placement, weights, instance)
        return self._setups[key]

    def _setup(self, placement: Placement, weights: ServedWeights, instance: InstanceType) -> Setup:
        accelerator, precision = placement.accelerator, placement.precision
        longest = self.model.architecture.max_context_tok
        memory, model = self._memory(placement, weights), self._model(placement)
        loaded, broken, intervals = None, (), {}
        if model is not None:
            intervals = {"latency": self._interval()}
            loaded, broken = most_load(self._replica(model, memory), self.limits, intervals, runs=memory.fits)
        return Setup(
            accelerator=accelerator.name,
            accelerators=1,
            tensor_parallel=1,
            precision=precision,
            pod=POD,
            reasons=(
                *platform_reasons(accelerator, precision),
                *engine_reasons(self._engine, accelerator, instance.arch, precision),
                *weights_reasons(weights, precision),
                *cache_reasons(self._engine.name, placement),
                *shared(instance, ending=AS_ONE),
                *memory_reasons(memory, placement, longest),
                *speed_reasons(accelerator),
                *broken,
            ),
            loaded=loaded,
            interval=intervals,
            least_s={"latency": self._least_s(model)} if model is not None else {},
            weights_bytes=stored_bytes(weights, precision),
            weights=weights,
            memory=MemoryGib.of(memory, cache=True),
            kv_bytes_per_token=kv_bytes_per_token(self.model.architecture, placement.kv_precision),
            max_tokens=longest,
            settings=settings(memory, placement, longest),
        )

    @property
    def _engine(self) -> GenerationEngine:
        return generation_engine(self.workload.engine.name)

    def _memory(self, placement: Placement, weights: ServedWeights) -> MemoryFit:
        """Fit weights, the peak of a step, and both caches of as many windows as the engine is told.

        Both parts are of one width, so that a step of tokens holds as much as an encoder's pass over frames.
        """
        engine, longest = self.workload.engine, self.model.architecture.max_context_tok
        profile = self._engine.profile(engine.version, placement.accelerator).telling(keys_of(engine))
        return admitted(weights.architecture, placement, profile, longest, self._mean_tok)

    @property
    def _mean_tok(self) -> float:
        return self.parts.prompt_tok + self.window_tok

    def _model(self, placement: Placement) -> SpeechModel | None:
        if not has_rates(placement.accelerator):
            return None
        model, kv = self.model, placement.kv_precision
        return speech_model(
            model.speed,
            model.architecture,
            placement.accelerator,
            placement.precision,
            self.workload.engine.name,
            kv,
        )

    def _replica(self, model: SpeechModel, memory: MemoryFit) -> SpeechReplica:
        """A replica; where nothing fits, one slot, so that latency limits are still checked."""
        decoding = model.decoder.behind(self.parts.prompt_tok + self.window_tok / 2)
        frames = Lengths(float(self.parts.frames), 0.0)
        window = LlmReplica(
            step_s=cache(decoding.decode_s),
            mixed_prefill_s=lambda _, running: model.interleaved_s(decoding, running),
            first_token_s=lambda _: model.first_token_s(),
            traffic=_of_windows(self.traffic, frames, self.window_tok),
            kinds=kinds_of(frames, 0.0, math.inf),
            slots=float(max(memory.max_sequences(self._mean_tok), 1)),
            cache_slots=float(memory.cached_sequences(self._mean_tok)),
            chunk_tok=frames.mean,
        )
        return SpeechReplica(window, self.audio)

    def _least_s(self, model: SpeechModel) -> float:
        audio, median = self.audio, Z["p50"]
        return model.least_s(float(audio.windows_at(median)), audio.tokens_at(median))

    def _interval(self) -> tuple[float, float]:
        """The widest: no point with speech was measured."""
        decoder, evidence = self.model.architecture.name, self.model.speed.evidence
        return evidence.interval(Sought("e2e", decoder, "", REFERENCE, farther=len(DISTANCES)))


def work(assigned: Assignment) -> Speech:
    """Make the work that a spec asks for."""
    return Speech(assigned.workload, model_of(assigned))


def _of_windows(traffic: Traffic, frames: Lengths, tokens: float) -> Traffic:
    """Describe windows as requests of one length: frames to read, tokens to write."""
    return replace(traffic, input_tok=frames, output_tok=Lengths(tokens, 0.0), shared_prefix_tok=0.0)


def _figure(value: float) -> float:
    """Three significant digits: what is not noise."""
    return float(f"{value:.3g}")
