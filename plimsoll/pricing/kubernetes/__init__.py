"""Kubernetes objects are priced here by the nodes, disks and balancers that they lead to."""
