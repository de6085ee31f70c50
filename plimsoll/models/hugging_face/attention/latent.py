"""Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): a latent row per token stands for K and V."""

from plimsoll.models.architecture import AttentionGroup
from plimsoll.models.hugging_face.families import Family
from plimsoll.models.hugging_face.keys import Keys

INDEX_BLOCK = 128
"""DeepSeek sparse attention keeps fp8 index values with one fp32 scale for so many (vLLM's Indexer)."""


def has_latent(keys: Keys) -> bool:
    """Say whether the config describes latent attention; zero widths switch it off (DeepSeek-VL2 tiny)."""
    if not keys.has("kv_lora_rank") or keys.raw("use_mla") is False:
        return False
    return (
        keys.raw("kv_lora_rank") != 0
        and not keys.raw("qk_nope_head_dim") == keys.raw("qk_rope_head_dim") == 0
    )


class Latent:
    """The widths of one layer of latent attention; `params` counts it, `shared` what every rank holds."""

    def __init__(self, keys: Keys, family: Family, hidden: int, heads: int) -> None:
        self._family, self._heads = family, heads
        self.latent, self.rope = keys.whole("kv_lora_rank"), keys.whole("qk_rope_head_dim")
        self.nope = keys.whole("qk_nope_head_dim")
        value = keys.whole("v_head_dim", default=max(hidden // heads, 1))
        query = keys.whole("q_lora_rank", default=0, low=0)
        shared = hidden * (self.latent + self.rope) + self.latent
        if query:
            shared += hidden * query + query
        own = (query or hidden) * heads * (self.nope + self.rope)
        own += self.latent * heads * (self.nope + value) + heads * value * hidden
        self.index = 0
        if keys.has("index_n_heads"):
            indexers, dim = keys.whole("index_n_heads"), keys.whole("index_head_dim")
            shared += (query or hidden) * indexers * dim + hidden * (dim + indexers) + 2 * dim
            self.index = dim + dim // INDEX_BLOCK * 4
        self.shared, self.params = shared, shared + own

    def group(self, layers: int) -> AttentionGroup:
        """Say what `layers` such layers keep: the latent row, or whole K and V if the engine unfolds it.

        MiniCPM3 in vLLM pads V to the width of K (`minicpm3.py`), so both are nope + rope wide.
        """
        if self._family.whole_keys:
            return AttentionGroup("full", layers, self._heads, self.nope + self.rope)
        return AttentionGroup("mla", layers, latent_dim=self.latent + self.rope, index_bytes_tok=self.index)
