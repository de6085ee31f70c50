"""Violations are what a check finds; each code of `plimsoll.gate.verdict` is explained."""

from plimsoll.show.explain.entry import Told

VIOLATIONS = {
    "over_budget": Told(
        "What the resources can cost in a month is over the budget.",
        "The sum of all lines on the budget's basis is above --budget, the policy's usdPerMonth, or the "
        "stack's own budget.",
        "Lower the limit that the message names, take a cheaper type, raise the budget with its owner, or "
        "ask for an exemption with an amount.",
        "ceiling $3,051.64/month is $2,051.64 (+206 %) over the budget of $1,000.00",
    ),
    "unpriced": Told(
        "A resource can cost money, and no price of it is known.",
        "The type or the instance type is not in the catalogue, has no price in the region, or is billed by "
        "something that the graph does not say.",
        "A type that the catalogue prices, a size, or an exemption with an amount for that resource.",
        "aws:sagemaker/endpoint:Endpoint has no price here",
    ),
    "unknown_value": Told(
        "An input that sets the price is not known yet.",
        "It is an Output of another resource, a secret, or a placeholder; an unknown price is never zero.",
        "Give price-bearing inputs plain values that are known in preview.",
        "instanceType is known only after the deployment",
    ),
    "unlimited": Told(
        "Something can grow without end, so it has no ceiling.",
        "A pool without a limit that bounds it, or an autoscaler without a maximum.",
        "limits.nodes of the pool, maxSize of the group, maxReplicas of the autoscaler.",
        "NodePool gpu has no limits, so it may grow without end",
    ),
    "invalid_value": Told(
        "An input cannot be what it says: AWS or Kubernetes would refuse it, or it cannot be read.",
        "A quantity, a type or a class that is no such thing.",
        "Write the value in the form that the message names.",
        'limits.cpu is "many"',
    ),
    "stale_prices": Told(
        "The prices behind the verdict, or the load test behind a plan, are too old to judge by.",
        "The newest price, a price of a line, or the run of a calibration is older than stale-prices allows.",
        "Bring the catalogue up to date, test again (plimsoll loadtest), or judge on a date that it covers.",
        "the newest price is of 2026-08-10, 400 days before",
    ),
    "not_allowed": Told(
        "A policy of placement, exposure or pods forbids what the resource is.",
        "A region, family, way of buying, public endpoint, unencrypted disk, or unpinned image that the "
        "configuration does not allow.",
        "What the policy says under its own name: plimsoll explain allowed-families.",
        "p5.48xlarge is not among the allowed families g6, g6e",
    ),
    "missing_tag": Told(
        "A resource does not say who pays for it.",
        "A tag or label that the policy required-tags (or a budget's scope) needs is missing or empty.",
        "Add it; in a stack, tags of the stack and owner of the spec write them on everything.",
        "tags team, cost-center are missing or empty",
    ),
    "drift": Told(
        "The resources do not cost what the committed plan says.",
        "The plan, or the claim that a component carries, and the graph differ by more than the tolerance.",
        "Plan again and commit the plan, or change the resources back.",
        "the claim is $3,051.64, the resources $3,561.58",
    ),
    "expired": Told(
        "A workload runs past the day on which its spec says that it ends.",
        "expires in the spec lies before the day of the judgement.",
        "Take it down, or have a later expires approved.",
        'expires: "2026-09-30"',
    ),
    "exemption_expired": Told(
        "An exemption that let something through has ended.",
        "Its date `expires` lies before the day of the judgement.",
        "Mend what it let through, or have the exemption approved anew.",
        "expires: 2026-09-30",
    ),
    "no_image": Told(
        "Pods have no image that anybody named, so they cannot start.",
        "A container's image begins with image-not-set.invalid/, which a stack writes where none is known.",
        "Set measured.image in the spec, or images.NAME in the stack.",
        "image-not-set.invalid/fraud:unset",
    ),
    "gated_model": Told(
        "Pods load weights that are downloaded with a token alone, and have none.",
        "The catalogue knows the model as gated; no HF_TOKEN is given, and no Secret with it is made here.",
        "Set huggingFaceToken in the stack, or make the Secret that the pods refer to.",
        "--model=meta-llama/Llama-3.1-8B-Instruct without HF_TOKEN",
    ),
    "spot_without_checkpoint": Told(
        "A long run may be on spot capacity and saves nothing.",
        "It may run for more than an hour on a pool that admits spot, and no container has CHECKPOINT_DIR.",
        "Write checkpoints and name their place, or run on on-demand capacity.",
        "Job train may run on gpu-spot for more than an hour",
    ),
    "do_not_disrupt_on_spot": Told(
        "Pods on spot capacity forbid being drained.",
        "karpenter.sh/do-not-disrupt keeps Karpenter from draining them on the two-minute warning.",
        "Leave the annotation out where a pool admits spot.",
        "Deployment chat carries it and may land on chat-burst",
    ),
    "gang_across_zones": Told(
        "Pods that work together may stand in several zones.",
        "The pool of a JobSet, TrainJob or LeaderWorkerSet does not require one zone.",
        "Require one topology.kubernetes.io/zone in that pool.",
        "JobSet train may land on gpu, which admits any zone",
    ),
    "tas_on_elastic_pool": Told(
        "Kueue is asked to place by topology where no node stands.",
        "A flavor has topologyName, which counts ready nodes, and its pool starts nodes on demand.",
        "Leave topologyName out, or give the pool static replicas.",
        "ResourceFlavor spot asks for topology of gpu-spot",
    ),
    "wait_shorter_than_start": Told(
        "Something gives up on a node before one can be there.",
        "Kueue's waitForPodsReady.timeout, or activeDeadlineSeconds of a job that asks for accelerators, is "
        "below what a GPU node takes to start: node, image and weights, 12 minutes unless configured.",
        "A longer timeout or deadline; nodeStartSeconds of the policy where nodes are quicker.",
        "Kueue waits 300 s for the pods of a job, and a node of theirs takes 720 s to start",
    ),
    "no_lifecycle": Told(
        "Checkpoints are kept for ever.",
        "Containers are told to save to the bucket, and no lifecycle rule expires anything in it.",
        "A lifecycle rule that expires what runs leave.",
        "runs save to acme-runs and no lifecycle rule deletes anything",
    ),
    "crashed": Told(
        "A policy failed by itself, and what was not judged does not pass.",
        "A fault of the policy, or an input that nobody foresaw.",
        "Report it, with the input; PLIMSOLL_DEBUG=1 shows where.",
        "policy image-digest crashed: KeyError",
    ),
}
