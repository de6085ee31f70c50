"""Pulumi components place a plan on AWS and Kubernetes, and compute nothing."""
