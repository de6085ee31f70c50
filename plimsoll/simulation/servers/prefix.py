"""A prefix cache keeps what prompts began with, by block: another with the same beginning reads the rest."""

from collections import OrderedDict
from collections.abc import Sequence


class PrefixCache:
    """Blocks of tokens by their hash; of more than there is room for, the one that was used longest ago goes.

    A block stands for all before it too, as in vLLM and Mooncake: only leading blocks are found.
    """

    def __init__(self, most_blocks: float) -> None:
        self._most = most_blocks
        self._kept: OrderedDict[int, None] = OrderedDict()

    def leading(self, blocks: Sequence[int]) -> int:
        """Count the blocks from the first on that are here."""
        kept = self._kept
        for place, block in enumerate(blocks):
            if block not in kept:
                return place
        return len(blocks)

    def keep(self, blocks: Sequence[int]) -> None:
        """Keep the blocks of a prompt; the last of them goes first, since the first may serve others."""
        kept = self._kept
        for block in reversed(blocks):
            kept[block] = None
            kept.move_to_end(block)
        while len(kept) > self._most:
            kept.popitem(last=False)
