"""Reasons are the limits that a candidate fails; each code of `plimsoll.sizing.limits` is explained."""

from plimsoll.show.explain.entry import Told

REASONS = {
    "memory": Told(
        "The weights, the memory of a step, and the KV cache of one request do not fit the accelerators.",
        "Parameters × bytes of the precision ÷ tensor parallelism, and what the engine keeps beside, "
        "are more than the share of the card that the engine uses.",
        "A smaller precision (precision: fp8), more cards a replica (tensor parallelism), cards with more "
        "memory, or shorter requests.",
        "each of 1 L4 needs 24.71 GiB (14.96 bf16 weights, …); 20.56 GiB are usable",
    ),
    "host": Told(
        "One replica does not fit the node beside its accelerators, or its image does not run there.",
        "The pod requests more vCPU, memory or whole accelerators than EKS leaves on the node; "
        "the model does not split over so many cards; or the platform is not CUDA on x86.",
        "A larger size, or another split. A measured service: lower measured.cpu or .memory_gib.",
        "one replica requests 4 vCPU, EKS leaves 3.92 on the node",
    ),
    "precision": Told(
        "The accelerator or the engine does not compute in that format, or no checkpoint of it is known.",
        "The compute capability is below what the format's kernels need, the engine does not serve it, or "
        "nothing published has it and the engine cannot make it at load.",
        "Another precision, a newer accelerator, or weights: the checkpoint to load.",
        "bf16 needs compute capability 8; T4 has 7.5",
    ),
    "not_offered": Told(
        "AWS does not sell the instance type there, or not in that way.",
        "The region does not offer the type, or the type has no spot (or no on-demand) capacity.",
        "Another region (--region R asks what it would be there); 'plimsoll offers' shows who has it.",
        "p6e-gb200.36xlarge is not offered in us-east-1",
    ),
    "no_price": Told(
        "A price that the bill needs is not known, and a missing price is never zero.",
        "The catalogue has no on-demand, spot or volume price of it in that region on that date.",
        "Another region or type, or a later --on. 'plimsoll offers --instance-type T' shows what is known.",
        "no spot price for p5.4xlarge in eu-central-1; a missing price is a refusal, not zero",
    ),
    "no_speed": Told(
        "The speed of the accelerator is not known, so no latency can be promised.",
        "Its data sheet gives no rates, or the speed model has no platform for it.",
        "Another accelerator, or measure one replica and give `measured` in place of `model`.",
        "no data-sheet rates for Inferentia2: no speed known",
    ),
    "ttft": Told(
        "The time to the first token is over the limit of the sla, even with one request at a time.",
        "Reading the prompt takes its FLOPs ÷ what the accelerators reach; more replicas do not shorten it.",
        "Faster or more accelerators a replica, fp8, a shorter prompt, shared_prefix_tokens, or a higher "
        "sla.ttft_p95_ms.",
        "TTFT p95 is 2,212 ms even with one request at a time; the limit is 2,000 ms",
    ),
    "tpot": Told(
        "The time per output token is over the limit of the sla, even with one request at a time.",
        "Each token reads all active weights once: bytes ÷ memory bandwidth is its floor.",
        "A smaller precision, more tensor parallelism, more bandwidth, or a higher sla.tpot_p95_ms.",
        "TPOT p95 is 63.88 ms even with one request at a time; the limit is 50 ms",
    ),
    "e2e": Told(
        "A whole answer takes longer than the limit of the sla, even with one request at a time.",
        "It is TTFT plus TPOT for each further token of the longest answers that the percentile covers.",
        "Shorter answers, what lowers TTFT or TPOT, or a higher sla.e2e_p95_ms.",
        "E2E p95 is 16,400 ms even with one request at a time; the limit is 15,000 ms",
    ),
    "latency": Told(
        "One request takes longer than the limit of the sla.",
        "For a measured service: what was measured. For encoders, vision and speech: the model's own passes.",
        "A faster accelerator, a smaller input, or a higher sla.latency_p95_ms.",
        "latency p95 is 45 ms even with one request at a time; the limit is 40 ms",
    ),
    "throughput": Told(
        "The pinned number of replicas does not carry the peak.",
        "pin.replicas × what one replica carries within its limits is less than load.qps.",
        "Raise pin.replicas, leave it out, or pin a faster type.",
        "3 replicas are pinned; the peak needs 5",
    ),
    "budget": Told(
        "The month would cost more than the budget allows.",
        "The ceiling (or the expected bill, with basis: expected) is above budget.usd_per_month. The ceiling "
        "counts every pool at its limit, on demand.",
        "What the refusal lists as ways out, each with its price: another precision, region, spot, limit; or "
        "a higher budget.",
        "ceiling $5,875.69 a month is over the budget of $4,000.00 by $1,875.69, with 1 replica",
    ),
    "quota": Told(
        "The account may not run so many vCPU of that family there.",
        "The nodes of every pool at their limit, those in flight included, take more vCPU of a Service Quota "
        "than a portfolio's quotas allow, all workloads of the region together.",
        "The quota that would do (Service Quotas raises it on request), another family or region for one of "
        "the workloads, or a lower peak.",
        "with it all workloads need 120 vCPU of quota L-DB2E81BA in us-east-1, which allows 100 vCPU",
    ),
    "availability": Told(
        "A whole zone could not fail without breaking the peak.",
        "sla.availability is 0.999 or more, and the type is offered in fewer than two zones of the region.",
        "sla.availability below 0.999, another type, or another region.",
        "one zone must be able to fail from availability 0.999 up, but the type is offered in 1 zone",
    ),
    "max_replicas": Told(
        "More replicas are needed than the spec allows.",
        "The peak ÷ what one replica carries, and spares, is above scale.max_replicas.",
        "Raise scale.max_replicas, or take replicas that carry more.",
        "14 replicas are needed; scale.max_replicas is 12",
    ),
    "interruption": Told(
        "A task may take longer than an interruption of spot leaves to it.",
        "load.queue.longest_task_s is above 100 s: spot capacity is taken back two minutes after it is told.",
        "Shorter tasks, or on-demand capacity.",
        "a task may take 300 s; spot leaves 100 s of its two minutes' notice",
    ),
    "spot_forbidden": Told(
        "The candidate is spot capacity, and the spec says never.",
        "capacity.spot is never, which is the default.",
        "capacity: {spot: allow}; on_demand_base keeps a part of the replicas on demand.",
        "the spec says capacity.spot: never",
    ),
    "denied": Told(
        "The spec leaves the instance type out by name.",
        "capacity.deny names it or its family, or capacity.allow does not.",
        "Change capacity.allow or capacity.deny; --set capacity.allow=null asks what it would be without.",
        "capacity.allow leaves it out (g6e, p5)",
    ),
    "pinned": Told(
        "The spec is bound to another instance type, split, precision or accelerator.",
        "A key of pin, or the accelerator that a service was measured on, asks for another.",
        "Leave the pin out (--set pin=null asks what it would be without), or measure there.",
        "pin.instance_type asks for g6e.12xlarge",
    ),
    "deadline": Told(
        "The run takes longer than its limit, or leaves spot no time to come back from.",
        "Node start, compute, saves and what interruptions take back are more than sla.run_p50_h allows half "
        "of the runs, sla.run_p90_h nine in ten, or scale.max_run_h any.",
        "More nodes (scale.max_nodes), a faster type, fp8, a tuned stack, more hours; on spot, more slack.",
        "half of the runs keep 12.08 h; the limit is 12 h (sla.run_p50_h)",
    ),
    "scaling": Told(
        "More accelerators would not make the run faster.",
        "A fixed global batch leaves each accelerator less than one sequence, or so little that a third of "
        "the step is waiting for gradients.",
        "Fewer nodes, a larger training.global_batch_samples if the training allows it, more hours.",
        "a global batch of 64 sequences leaves 96 accelerators less than one each; 64 still pay",
    ),
    "gang": Told(
        "The nodes of a run must start together in one zone, and there are not so many.",
        "No zone of the region offers the type, or a Capacity Block has fewer instances than the run needs.",
        "Another region or type, or fewer and larger nodes.",
        "96 nodes are needed, a Capacity Block has 64 at most",
    ),
    "checkpoint": Told(
        "What is saved does not protect the run.",
        "A save takes longer to write than the interval until the next one, or the run is on spot for over "
        "an hour and saves nothing.",
        "checkpoint.to: s3, checkpoint.interval_s: auto, faster storage, or on-demand capacity.",
        "a checkpoint of 112 GB takes 824 s to write, longer than the interval of 600 s",
    ),
    "network": Told(
        "The ranks of a step wait for the network instead of computing.",
        "Gradients or sharded weights cross PCIe between cards, or a network without EFA between nodes, in "
        "every step.",
        "Types with NVLink and EFA (p4d, p5, p6), one card a copy of the model (lora, qlora), fewer nodes.",
        "4 nodes exchange gradients in every step, and g5.12xlarge has no EFA",
    ),
}
