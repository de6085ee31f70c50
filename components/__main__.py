"""Serve the components to programs in any language: `pulumi package add <repository>/components`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi.provider.experimental import component_provider_host

from components.package import GpuCluster, GpuWorkload
from plimsoll.ground.version import __version__

if __name__ == "__main__":
    component_provider_host([GpuCluster, GpuWorkload], name="plimsoll", version=__version__)
