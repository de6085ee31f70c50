"""AWS resources are priced here, each by what its inputs say; nothing here knows of Kubernetes."""
