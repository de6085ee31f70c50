"""Images of another size than a model was published for change its work: patches, or area."""

from dataclasses import replace

from plimsoll.models.architecture import Architecture

CLASS_TOK = 1
"""A vision transformer adds one token to its patches (arXiv 2010.11929)."""


def image_tokens(arch: Architecture, px: int) -> int:
    """Count the patches of an image `px` wide and high: (px ÷ patch)², whole patches; 0 for convolutions."""
    return (px // arch.patch_px) ** 2 if arch.patch_px else 0


def resized(arch: Architecture, px: int) -> Architecture:
    """Give a model images of `px` × `px`.

    A transformer multiplies every weight once a token, and all tokens with each other: what is linear grows
    with the tokens, attention (4 · hidden a layer and pair) with their square. Convolutions grow with the
    area. A diffusion model is taken to grow with the area too: its attention grows faster, so pictures above
    the model's own size are underestimated.
    """
    if not arch.patch_px:
        return replace(arch, forward_flops=arch.forward_flops * (px / arch.image_px) ** 2, image_px=px)
    own, now = (image_tokens(arch, side) + CLASS_TOK for side in (arch.image_px, px))
    attention = 4.0 * arch.layers * arch.hidden
    linear = (arch.forward_flops - attention * own**2) / own
    return replace(arch, forward_flops=linear * now + attention * now**2, image_px=px)
