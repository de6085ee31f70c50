"""A measured speed is written as a calibration file, which any plan of the same setup may use."""

from plimsoll.calibration.calibration import MeasuredSetup
from plimsoll.calibration.read import SCHEMA
from plimsoll.rightsizing.capacity import SpeedSeen, factors_of


def calibration_text(setup: MeasuredSetup, seen: SpeedSeen, day: str) -> str:
    """Write a calibration file."""
    lines = [
        f"# Written by plimsoll rightsize from {seen.hours} measured hours ({seen.by}).",
        f"schema: {SCHEMA}",
        "calibrations:",
        f'- model: "{setup.model}"',
        f'  accelerator: "{setup.accelerator}"',
        f'  engine: "{setup.engine}"',
        f'  engine_version: "{setup.engine_version}"',
        f"  tensor_parallel: {setup.tensor_parallel}",
        f'  precision: "{setup.precision}"',
        f'  ran_on: "{day}"',
        "  factors:",
    ]
    for key, each in factors_of(seen).items():
        lines.append(f"    {key}: {{factor: {each.factor:.4f}, low: {each.low:.4f}, high: {each.high:.4f}}}")
    return "\n".join([*lines, "  runs:", '  - {tool: "plimsoll rightsize"}']) + "\n"
