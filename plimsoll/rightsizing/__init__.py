"""Right-sizing holds what was measured of a workload against its plan, and proposes changes of its spec."""
