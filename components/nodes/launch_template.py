"""A launch template gives managed nodes their disk and their tags."""

import pulumi

from components.pulumi_sdk import AwsResource
from plimsoll.objects.nodes.node_class import GP3_IOPS, GP3_MIB_PER_S
from plimsoll.objects.tags import CostTags

TAGGED = ("instance", "network-interface", "volume")


def launch_template(name: str, volume_gib: int, tags: CostTags, opts: pulumi.ResourceOptions) -> AwsResource:
    """Register a template with an encrypted gp3 root volume, and cost tags on all that it makes."""
    made = tags.aws(name)
    inputs = {
        "namePrefix": f"{name}-",
        "updateDefaultVersion": True,
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpPutResponseHopLimit": 1,
            "httpTokens": "required",
        },
        "blockDeviceMappings": [
            {
                "deviceName": "/dev/xvda",
                "ebs": {
                    "volumeSize": volume_gib,
                    "volumeType": "gp3",
                    "iops": GP3_IOPS,
                    "throughput": GP3_MIB_PER_S,
                    "encrypted": "true",
                    "deleteOnTermination": "true",
                },
            }
        ],
        "tagSpecifications": [{"resourceType": kind, "tags": made} for kind in TAGGED],
        "tags": made,
    }
    return AwsResource("ec2/launchTemplate:LaunchTemplate", name, inputs, opts, ["latestVersion"])
