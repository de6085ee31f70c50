import pytest

from plimsoll.observability.queries import exported


@pytest.mark.parametrize(
    ("label", "series"),
    [
        ("plimsoll.dev/workload", "label_plimsoll_dev_workload"),
        ("karpenter.sh/capacity-type", "label_karpenter_sh_capacity_type"),
        ("eks.amazonaws.com/capacityType", "label_eks_amazonaws_com_capacity_type"),
    ],
)
def test_labels_are_named_as_kube_state_metrics_names_them(label: str, series: str) -> None:
    assert exported(label) == series
