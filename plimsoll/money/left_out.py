"""The three numbers leave these out, by name."""

LEFT_OUT = (
    "cross-AZ and internet data transfer, and NAT gateway data processing (usage)",
    "object storage and transfer of model weights and images (usage)",
    "CloudWatch logs and metrics (usage)",
    "taxes, support plans, private discounts and credits",
    "a load balancer or ingress in front of the ClusterIP Service",
    "extra nodes during an EKS node group version update",
)
"""What AWS may bill besides, each named once and never counted."""
