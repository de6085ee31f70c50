"""Admission policies hold a plan in its cluster: the API server refuses what would cost more."""
