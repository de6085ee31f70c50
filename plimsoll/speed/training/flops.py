"""Model FLOPs are what a trained token needs at least, as published utilisation counts them."""

from plimsoll.models.architecture import Architecture

FORWARD_AND_BACKWARD = 6
"""FLOPs per parameter and token: 2 forward, 4 backward (Kaplan et al. 2020, arXiv 2001.08361)."""

ATTENTION = 12
"""FLOPs per layer, hidden unit, token and token of context, forward and backward, without the causal
half: the convention of the published MFU figures (PaLM, arXiv 2204.02311, appendix B)."""


WITHOUT_GRADIENTS = 4
"""Of frozen parameters, as under an adapter: 2 forward, 2 backward, since their gradients are not needed."""


def training_flops_per_token(arch: Architecture, sequence_tok: float, *, frozen: bool = False) -> float:
    """Model FLOPs of one trained token, as MFU counts them; `frozen` parameters have no gradients."""
    per_parameter = WITHOUT_GRADIENTS if frozen else FORWARD_AND_BACKWARD
    return per_parameter * arch.active_params + ATTENTION * arch.layers * arch.hidden * sequence_tok
