"""A pod that is told to end has a while to save, wherever it runs; no node stays once its run is over."""

GRACE_S = 100
"""Seconds that a pod has to save when told to end: AWS warns of a spot node 120 s before (EC2 guide). What
takes longer to write is not waited for: the save before it counts."""
