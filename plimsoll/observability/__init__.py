"""Dashboards and alerts hold what runs against its plan; every number in them is the plan's."""
