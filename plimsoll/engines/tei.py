"""text-embeddings-inference serves encoders: one image for each compute capability."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from plimsoll.catalog.engine_facts import known
from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.base import ContainerSpec, LoadMetrics, Served

VERSION = "1.8"
PORT = 8080
IMAGE = "ghcr.io/huggingface/text-embeddings-inference"

BATCH_TOKENS = 16384
"""Its default of `--max-batch-tokens`; no request is longer than a batch (`router/src/main.rs` at v1.8)."""

DTYPES = {"fp16": "float16"}
"""Its `--dtype` for weights that are not quantised; the other is float32 (README, Command line)."""


class TextEmbeddings:
    """The engine text-embeddings-inference."""

    name = "tei"
    title = "text-embeddings-inference"
    version = VERSION
    metrics = LoadMetrics(
        # In flight by Little's law: the rate at which seconds are spent inside requests.
        in_flight="sum(rate(te_request_duration_sum{on}[2m]))",
        per_second="sum(rate(te_request_count{on}[2m]))",
    )
    group = None
    precisions = ("fp16",)
    """Its images for accelerators compute in float16 or float32 (`backends/src/dtype.rs` at v1.8)."""
    made_at_load: Mapping[str, str] = MappingProxyType({})

    def image_problem(self, accelerator: Accelerator, arch: str) -> str:
        """Look for the build of an accelerator; every one is for x86_64."""
        if known(self.name, "image_build", accelerator=accelerator.name) is None:
            return f"{self.title} publishes no image for {accelerator.name}"
        return (
            f"{self.title} publishes its images for accelerators for x86_64 alone" if arch == "arm64" else ""
        )

    def container(self, served: Served) -> ContainerSpec:
        """Start the server of the build that the accelerator needs."""
        build = known(self.name, "image_build", accelerator=served.accelerator or "none")
        return ContainerSpec(
            engine=self.name,
            version=VERSION,
            image=f"{IMAGE}:{build}{VERSION}" if served.model and build is not None else None,
            model=served.model,
            port=PORT,
            args=tuple(_arguments(served)) if served.model else (),
        )


def _arguments(served: Served) -> Iterator[str]:
    yield f"--model-id={served.model}"
    if served.precision in DTYPES:
        yield f"--dtype={DTYPES[served.precision]}"
    yield f"--port={PORT}"
    if served.max_tokens > BATCH_TOKENS:
        yield f"--max-batch-tokens={served.max_tokens}"


ENGINE = TextEmbeddings()
