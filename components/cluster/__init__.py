"""An EKS cluster is made here, or reached: its network, its access, its system nodes and its add-ons."""
