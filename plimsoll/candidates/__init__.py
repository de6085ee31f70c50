"""Candidates are every rentable way to serve a workload, each with every limit that it breaks."""
