"""text-embeddings-inference serves encoders: one image for each compute capability."""

from plimsoll.catalog.engine_facts import known
from plimsoll.engines.base import ContainerSpec, LoadMetrics, Served

VERSION = "1.8"
PORT = 8080
IMAGE = "ghcr.io/huggingface/text-embeddings-inference"


class TextEmbeddings:
    """The engine text-embeddings-inference."""

    name = "tei"
    title = "text-embeddings-inference"
    metrics = LoadMetrics(
        # In flight by Little's law: the rate at which seconds are spent inside requests.
        in_flight="sum(rate(te_request_duration_sum{on}[2m]))",
        per_second="sum(rate(te_request_count{on}[2m]))",
    )
    group = None

    def container(self, served: Served) -> ContainerSpec | None:
        """Start the server of the build that the accelerator needs; None where there is no such build."""
        build = known(self.name, "image_build", accelerator=served.accelerator or "none")
        if build is None:
            return None
        return ContainerSpec(
            engine=self.name,
            version=VERSION,
            image=f"{IMAGE}:{build}{VERSION}",
            model=served.model,
            port=PORT,
            args=(f"--model-id={served.model}", f"--port={PORT}"),
        )


ENGINE = TextEmbeddings()
