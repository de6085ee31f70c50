"""A load test drives a replica as it was planned; what it measured is judged, and held against the plan."""
