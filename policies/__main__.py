"""Started by the engine: `python -m pulumi.policy <engine address> <this folder>`."""

import sys
from pathlib import Path

# The engine runs this folder, not the package; its parent is where `policies` is found.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policies.pack import serve

serve()
