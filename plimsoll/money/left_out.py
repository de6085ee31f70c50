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


OWN = "private discounts"
"""What is left out unless a discounts file says it."""


def left_out(*, own: bool) -> tuple[str, ...]:
    """List what is left out, with or without the organisation's `own` terms."""
    return tuple(text.replace(f"{OWN} and ", "and ") if own else text for text in LEFT_OUT)
