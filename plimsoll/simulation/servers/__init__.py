"""A server is one replica, or all workers of a queue, that takes requests and serves them in time."""
