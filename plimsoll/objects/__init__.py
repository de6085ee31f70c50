"""Kubernetes objects say what a plan decided, as plain data for whoever writes or registers them."""
