"""The modules of a decoder with their parameters, for checkpoints that pack some and not others."""

from collections.abc import Iterator, Sequence

from plimsoll.ground.start_up import record
from plimsoll.models.hugging_face.quantised.packing import UNPACKED, WeightFormat
from plimsoll.models.hugging_face.quantised.storage import Storage


@record
class Module:
    """One matrix of a layer: what follows the layer's number in its names, parameters, and its layers.

    `params` is the sum over `layers`. Models name the same matrix differently; `names` has them all.
    """

    names: tuple[str, ...]
    params: int
    layers: tuple[int, ...]


@record
class Packed:
    """What a checkpoint's lists come to: 16-bit parameters, and the packing of the rest on average.

    `tables` counts parameters of the input table and of the head that are packed too.
    """

    kept: int
    packing: WeightFormat
    tables: int = 0


def weigh(modules: Sequence[Module], storage: Storage, embedding: int = 0, head: int = 0) -> Packed:
    """Sum the parameters of `modules` by the packing that `storage` gives each in every layer.

    `embedding` and `head` count the parameters of the two tables, which are packed only where the
    checkpoint says so. The mean of bits is exact in bytes; the precision is that of most parameters.
    """
    sums: dict[WeightFormat, float] = {}
    packed = [(storage.tables, embedding), (storage.head, head)]
    tables = [(packing, params) for packing, params in packed if packing != UNPACKED and params]
    for packing, params in tables:
        sums[packing] = sums.get(packing, 0.0) + params
    for module in modules:
        for packing, params in _split(module, storage):
            sums[packing] = sums.get(packing, 0.0) + params
    kept = round(sums.pop(UNPACKED, 0.0))
    total = sum(sums.values())
    if not total:
        return Packed(kept, storage.packing)
    most = max(sums, key=lambda packing: sums[packing])
    bits = sum(packing.bits * params for packing, params in sums.items()) / total
    return Packed(kept, WeightFormat(most.precision, bits), sum(params for _, params in tables))


def _split(module: Module, storage: Storage) -> Iterator[tuple[WeightFormat, float]]:
    if not storage.schemes or not module.layers:
        yield (UNPACKED if storage.only_named else storage.packing), float(module.params)
        return
    each = module.params / len(module.layers)
    looked_at = module.layers[:1] if storage.of_every_layer else module.layers
    for layer in looked_at:
        found = storage.of([f"layers.{layer}.{name}" for name in module.names])
        # One at a time: the sum over layers is rounded as it always was.
        yield from ((found, each) for _ in range(len(module.layers) // len(looked_at)))
