"""The nodes of a pool are asked for in Kubernetes: pools and classes, by the node maker of the cluster."""
