"""Runs end: how many hours one takes, how many of them are billed, and what interrupts it on the way."""
