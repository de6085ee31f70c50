"""The Kubernetes objects of a load test: what asks, how much, and whom."""
