"""Tables that some families look up beside the vocabulary's, and the small matrices that feed them in."""

from plimsoll.ground.start_up import record
from plimsoll.models.hugging_face.keys import Keys


@record
class ExtraTables:
    """`lookup` parameters are gathered by index, one row for each token; `matrices` are multiplied with."""

    lookup: int = 0
    matrices: int = 0


def extra_tables(keys: Keys, layers: int, hidden: int) -> ExtraTables:
    """Count per-layer embeddings (Gemma 3n, Gemma 4), Gemma 3n's routers of streams, Molmo's further rows."""
    model_type = keys.text("model_type")
    if model_type == "molmo":
        return ExtraTables(lookup=keys.whole("additional_vocab_size", default=128, low=0) * hidden)
    width = keys.whole("hidden_size_per_layer_input", default=0, low=0)
    if not width:
        return ExtraTables()
    rows = keys.whole("vocab_size_per_layer_input", "vocab_size")
    matrices = hidden * layers * width + layers * (2 * hidden * width + hidden)
    return ExtraTables(rows * width * layers, matrices + _streams(keys, layers, hidden))


def _streams(keys: Keys, layers: int, hidden: int) -> int:
    """Count Gemma 3n's alternating updates and low-rank residual (modelling code of Transformers)."""
    streams = keys.whole("altup_num_inputs", default=0, low=0)
    rank = keys.whole("laurel_rank", default=0, low=0)
    if not streams:
        return 0
    routed = streams * streams * streams + streams * hidden + streams * streams + 2 * hidden
    return layers * (routed + 2 * hidden * rank + hidden) + 2 * (streams - 1) * hidden * hidden
