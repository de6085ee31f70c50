"""`python -m tests.world.engine.stand_in aws|kubernetes CLOUD_FOLDER VERSION [engine's own arguments]`."""

import sys
from pathlib import Path

from tests.world.engine.stand_in.cloud import Cloud
from tests.world.engine.stand_in.server import Behaviour, serve


def behaviour(package: str, cloud: Cloud) -> Behaviour:
    """The behaviour of a package, loaded only when it is asked for."""
    if package == "aws":
        from tests.world.engine.stand_in.aws import Aws

        return Aws(cloud)
    from tests.world.engine.stand_in.kubernetes import Kubernetes

    return Kubernetes(cloud)


if __name__ == "__main__":
    there = Cloud(Path(sys.argv[2]))
    serve(behaviour(sys.argv[1], there), there, sys.argv[3])
