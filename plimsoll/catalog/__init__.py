"""The catalogue holds dated facts with their sources: accelerators, instance types, prices, services."""
