"""A real Prometheus answers what dashboards ask, from a history that is written for it."""
