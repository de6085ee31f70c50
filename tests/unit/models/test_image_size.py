"""Images of another size."""

from dataclasses import replace

import pytest

from plimsoll.catalog.tables import load
from plimsoll.models.image_size import image_tokens, resized

CATALOG = load()
IMAGES = sorted(name for name, model in CATALOG.models.items() if model.task in ("vision", "diffusion"))


@pytest.mark.parametrize("name", IMAGES)
def test_every_image_model_knows_its_size_and_its_own_size_changes_nothing(name):
    model = CATALOG.models[name]
    assert model.image_px > 0
    assert resized(model, model.image_px).forward_flops == pytest.approx(model.forward_flops)
    assert resized(model, 2 * model.image_px).forward_flops >= 3.5 * model.forward_flops


def test_patches_are_the_side_over_the_patch_squared():
    vit = CATALOG.model("ViT-L/16")
    assert (image_tokens(vit, 224), image_tokens(vit, 384), image_tokens(vit, 231)) == (196, 576, 196)
    assert image_tokens(CATALOG.model("ResNet-50"), 224) == 0


def test_a_transformer_at_another_size_is_the_model_published_for_that_size():
    """ViT-L/16 was published at 224 and at 384: but for the table of positions they are the same weights."""
    small, large = CATALOG.model("ViT-L/16"), CATALOG.model("ViT-L/16-384")
    assert resized(small, 384).forward_flops == pytest.approx(large.forward_flops, rel=0.01)


def test_the_parts_of_a_transformer_grow_as_they_must():
    vit = CATALOG.model("ViT-B/16")
    attention = 4 * vit.layers * vit.hidden
    linear = (vit.forward_flops - attention * 197**2) / 197
    assert resized(vit, 448).forward_flops == pytest.approx(linear * 785 + attention * 785**2)


def test_convolutions_grow_with_the_area():
    resnet = CATALOG.model("ResNet-50")
    assert resized(resnet, 448).forward_flops == pytest.approx(4 * resnet.forward_flops)
    assert resized(replace(resnet, image_px=112), 224).image_px == 224
