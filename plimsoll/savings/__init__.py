"""Savings are the levers of a bill, each solved again on this workload: what it is worth, what it takes."""
