"""A stack is one cluster with its workloads: here its configuration is read and its parts are registered."""
