"""Speech becomes text by an encoder's pass over each window of audio, and a decoder's step for each token."""

from collections.abc import Callable
from dataclasses import replace

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.benchmarked import REFERENCE
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture, SpeechParts
from plimsoll.speed.facts import Basis, SpeedFacts
from plimsoll.speed.forward import forward_model
from plimsoll.speed.step import Decoding, StepModel, step_model


@record
class SpeechModel:
    """`encode_s` times the encoder's pass over so many windows at once; `decoder` has the steps after it.

    `least_encode_s` is what the data sheet allows for a pass over one window.
    """

    encode_s: Callable[[float], float]
    decoder: StepModel
    basis: Basis
    least_encode_s: float
    prompt_tok: int

    def first_token_s(self) -> float:
        """Time the first token of a window that is alone: the encoder's pass, then that over the prompt."""
        alone = self.encode_s(1.0) + self.decoder.prefill_s(float(self.prompt_tok))
        return self.decoder.request_s + alone

    def least_s(self, windows: float, tokens: float) -> float:
        """Bound a request from below: a pass for each window, a step for each token."""
        return windows * self.least_encode_s + tokens * self.decoder.least_s(1.0, 0.0)

    def interleaved_s(self, decoding: Decoding, batch: float) -> float:
        """Time what one more window adds to the steps in which `batch` others decode: nothing of it hides."""
        return self.encode_s(1.0) + decoding.interleaved_s(float(self.prompt_tok), batch)


def speech_model(
    facts: SpeedFacts,
    arch: Architecture,
    accelerator: Accelerator,
    precision: str,
    engine: str = REFERENCE,
    kv: str = "bf16",
) -> SpeechModel:
    """Precompute the times of a speech model on one accelerator.

    Both parts have the engine's overheads and the shares of the data sheet that it reaches with text: no
    point with speech was measured, so the basis is always extrapolated.
    """
    parts = parts_of(arch)
    encoder = forward_model(
        facts, encoder_of(arch), accelerator, precision, float(parts.frames), _measured(facts, engine)
    )
    decoder = step_model(facts, decoder_of(arch), accelerator, weights=precision, kv=kv, engine=engine)
    return SpeechModel(encoder.forward_s, decoder, "extrapolated", encoder.least_s, parts.prompt_tok)


def parts_of(arch: Architecture) -> SpeechParts:
    """Return what every speech model has; one without would be a fault of ours."""
    if arch.speech is None:
        msg = f"{arch.name} has no speech encoder"
        raise ValueError(msg)
    return arch.speech


def encoder_of(arch: Architecture) -> Architecture:
    """Take the encoder alone, with the projections that it feeds: read once a pass."""
    parts = parts_of(arch)
    params = parts.encoder_params + parts.cross_params
    return replace(
        arch,
        params=params,
        active_params=params,
        layers=parts.encoder_layers,
        embedding_params=0,
        head_params=0,
        attention=(),
        kept_params=0,
    )


def decoder_of(arch: Architecture) -> Architecture:
    """Take the decoder alone, as a step reads it: without the projections that multiply once a window."""
    parts = parts_of(arch)
    params = arch.params - parts.encoder_params - parts.cross_params
    layers = max((group.layers for group in arch.attention), default=1)
    return replace(arch, params=params, active_params=params, layers=layers, kept_params=0, forward_flops=0.0)


def _measured(facts: SpeedFacts, engine: str) -> str:
    return engine if facts.measured(engine) else REFERENCE
