"""Telemetry is what servers say of themselves: series and histograms, read as files that somebody saved."""
