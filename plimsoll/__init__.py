"""Plimsoll: from a short GPU workload spec to a sized, priced fleet, and a gate that can say no."""

__version__ = "0.1.0"
