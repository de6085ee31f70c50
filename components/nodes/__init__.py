"""Node makers turn the pools of a plan into machines: Karpenter, managed node groups, or EKS Auto Mode."""
