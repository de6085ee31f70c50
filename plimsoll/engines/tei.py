"""text-embeddings-inference serves encoders: one image for each compute capability."""

from plimsoll.engines.base import ContainerSpec, LoadMetrics, Served
from plimsoll.engines.facts import known, must_know

VERSION = "1.8"
PORT = 8080
IMAGE = "ghcr.io/huggingface/text-embeddings-inference"

NO_ACCELERATOR = "none"
"""What `engines.csv` calls a node without one."""

_DTYPE = {"fp16": "float16"}


class TextEmbeddings:
    """The engine text-embeddings-inference."""

    name = "tei"
    title = "text-embeddings-inference"
    version = VERSION
    precisions = ("fp16",)
    """Its `--dtype` is float16 or float32 (README, Command line)."""
    metrics = LoadMetrics(
        # In flight by Little's law: the rate at which seconds are spent inside requests.
        in_flight="sum(rate(te_request_duration_sum{on}[2m]))",
        per_second="sum(rate(te_request_count{on}[2m]))",
    )
    group = None

    def image(self, accelerator: str | None, host: str) -> str | None:
        """Name the build that an accelerator needs; not every accelerator and host has one."""
        build = known(self.name, "image_build", accelerator=accelerator or NO_ACCELERATOR)
        if build is None or host not in must_know(self.name, "image_hosts").split():
            return None
        return f"{IMAGE}:{build}{VERSION}"

    def container(self, served: Served) -> ContainerSpec:
        """Start the server of the build that the accelerator needs."""
        dtype = _DTYPE.get(served.precision)
        args = (
            *([f"--model-id={served.model}"] if served.model else []),
            *([f"--dtype={dtype}"] if dtype else []),
            f"--port={PORT}",
        )
        return ContainerSpec(
            engine=self.name,
            version=VERSION,
            image=self.image(served.accelerator, served.host) if served.model else None,
            model=served.model,
            port=PORT,
            args=args,
        )


ENGINE = TextEmbeddings()
