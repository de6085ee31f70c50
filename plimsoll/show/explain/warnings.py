"""Warnings stand in a plan that holds every limit; each code of `plimsoll.plan.warnings` is explained."""

from plimsoll.show.explain.entry import Told

WARNINGS = {
    "no_image": Told(
        "Nothing says which image serves, so what is deployed cannot start.",
        "A measured service without measured.image, a model whose task no known engine serves, or a model "
        "that is described and not named, without weights.",
        "measured.image, weights, or images.NAME in the stack. A preview blocks until then.",
        "a measured service without measured.image",
    ),
    "gated_model": Told(
        "The checkpoint is gated: its publisher asks who loads it.",
        "The catalogue knows that the model's page gives weights only to a token of somebody who agreed.",
        "Agree there once, and give the stack huggingFaceToken as a secret.",
        "meta-llama/Llama-3.1-8B-Instruct",
    ),
    "longest_request": Told(
        "Requests longer than the plan serves are refused by the engine, though the model could take them.",
        "The longest prompt and answer that one replica's KV cache holds is below the model's context.",
        "load.max_tokens says what is meant; more memory a replica serves more.",
        "an 8B model on one L4: the cache holds some 29,000 tokens of a context of 131,072",
    ),
    "reserved_not_priced": Told(
        "A Capacity Block was asked for, and the plan takes something else.",
        "AWS publishes no price of Capacity Blocks: each has its own, and a missing price is a refusal.",
        "Ask describe-capacity-block-offerings and compare by hand, or leave capacity.reserved out.",
        "a training run with capacity.reserved: capacity_block",
    ),
    "spot_not_taken": Told(
        "Spot was preferred, and the plan takes something else.",
        "capacity.spot is prefer, and every candidate on spot breaks a limit: a task longer than spot gives "
        "notice of, a run that saves nothing, hours that leave no time for interruptions.",
        "The message says which limit; relax it, or write capacity.spot: never and expect what is chosen.",
        "workers behind a queue whose longest task takes 300 s",
    ),
    "single_node": Told(
        "All replicas of the peak share one node: when it fails, nothing serves until a new one is warm.",
        "Two or more replicas are needed, and they fit one node of the chosen type.",
        "A smaller instance type, sla.availability: 0.999, or accept it; the message prices two nodes.",
        "11 replicas of a CPU service on one c7i.8xlarge",
    ),
    "single_spot_node": Told(
        "One interruption takes everything that serves the peak, at two minutes' notice.",
        "The only node is spot capacity.",
        "capacity.on_demand_base: 1 keeps one replica on demand; capacity.spot: never leaves spot out.",
        "four replicas on one spot node",
    ),
    "shared_accelerator": Told(
        "Replicas share an accelerator, which Kubernetes and Karpenter know only with help.",
        "capacity.share allows it, and a share is what costs least.",
        "Turn on Karpenter's gate NodeOverlay, and what the message names: an AMI with the GRID driver for "
        "parts of a GPU, the MIG manager for slices. Without capacity.share accelerators are whole.",
        "a service that was measured on an eighth of an L4, on g6f.large",
    ),
    "inferred_price": Told(
        "A price of the bill was not read but worked out from others.",
        "The catalogue has no read price of the type in the region, and infers one and says how.",
        "Check the price at AWS before you promise the money, or take a type or region whose price was read.",
        "g7e.48xlarge in eu-central-1",
    ),
    "extrapolated": Told(
        "The speed lies outside what the speed model was fitted on.",
        "The accelerator, the precision or the engine version was not among the measured ones.",
        "Measure one replica before you rely on it, and give `measured`; or take a measured accelerator.",
        "an accelerator whose generation has no benchmark",
    ),
    "interval": Told(
        "A limit of the sla lies inside the interval of its estimate: it may be missed.",
        "Four of five measurements would lie between low and high, and the limit is between them.",
        "Measure one replica, or leave room: a higher limit, or a faster candidate.",
        "sla.tpot_p95_ms is 25, the estimate 21.6, its interval 15.4 to 27.1",
    ),
    "simulation_disagrees": Told(
        "The event simulation of the choice takes longer than the closed form says.",
        "plan --verify: a percentile below p99 of 20,000 simulated requests is longer than its estimate by "
        "more than a fifth and three standard errors: short answers to long prompts, caches that few fill.",
        "Leave room in the limits, or plan one replica more: scale.min_replicas; plimsoll simulate tells it.",
        "answers of 40 tokens to prompts of 3,000 on one L40S: TPOT p95 is 268 ms where the plan says 121",
    ),
    "stale_calibration": Told(
        "The estimates stand on a load test that is older than a year, or that nobody dated.",
        "The run in the calibration file is over 365 days before the date of the prices, or has no date.",
        "Test again with 'plimsoll loadtest', and write the calibration anew with 'plimsoll calibrate'.",
        "a run of 2025-06-01 in a plan with the prices of 2026-11-28",
    ),
    "unused_calibration": Told(
        "A calibration was given, and no estimate of the plan stands on it.",
        "It has measurements of the model, all on another accelerator, split, precision, engine or version.",
        "Pin what was measured, or test the choice: 'plimsoll loadtest', then 'plimsoll calibrate'.",
        "a load test of vLLM 0.19 on an RTX PRO 6000, and a plan of vLLM 0.21 there",
    ),
    "idle_commitment": Told(
        "A commitment of the discounts file is paid, and nothing of the plan can use it.",
        "It is of another instance type, family or region than the choice; it is in no number of the plan.",
        "Take what the warning names as able to use it, if less is paid in all then; or nothing, where "
        "another workload of the organisation uses it.",
        "4 × g6e.xlarge are reserved, and the choice is a g7e.2xlarge: $3,423.50 a month lie idle",
    ),
    "expires_soon": Told(
        "The spec says when it ends, and that is near.",
        "expires lies within 90 days of the date of the prices, or before it.",
        "A later expires, approved anew; or let it end: check refuses it after that day.",
        'expires: "2026-12-31"',
    ),
    "degraded": Told(
        "The workload gets fewer replicas than it asks for, and does not hold its sla at the peak.",
        "Not all workloads of a portfolio fit its budget and quotas, and it is not the first in priority.",
        "What the portfolio lists as ways out; or another priority, which lets another degrade.",
        "held to 3 of 6 replicas by the portfolio: it carries 50% of its peak, 18 of 36 requests per second",
    ),
    "load_outside_schedule": Told(
        "More than a tenth of all requests come outside the hours of scale.schedule.",
        "Outside its hours no replica is kept: a request wakes one and waits, or finds none. Without "
        "load.profile the shape of the day is assumed, and a week has no quieter days.",
        "Longer hours or more days, or no schedule, which the message prices; load.profile says when.",
        "36% of all requests come outside scale.schedule (mon-fri 08-20 Europe/Berlin)",
    ),
    "cache_does_not_pay": Told(
        "A cache of answers costs more than the replicas that it spares.",
        "Replicas are whole: a hit rate that does not take one away saves nothing.",
        "Leave load.cache out; or fewer or smaller entries, if the hit rate then holds.",
        "the cache spares 0 replicas and costs $184.54 a month",
    ),
    "no_prefix_route": Told(
        "Routing by prefix was asked for, and nothing is emitted for it.",
        "There is one replica, which holds every prefix, or requests share none.",
        "Say load.shared_prefix_tokens, or leave route out until there are two replicas.",
        "one replica answers all requests, so it holds every prefix",
    ),
    "mix_needs_picker": Told(
        "Base and burst are of two types, and each replica is planned with what its own type carries.",
        "capacity.mix is 2, route.prefix_aware is true, and a mix saves a tenth of what one type costs.",
        "Install the endpoint picker before the load comes; without route a Service spreads requests evenly, "
        "and each replica is planned with what the slower type carries.",
        "2 × g6.xlarge always and up to 4 × g7e.2xlarge (spot), by load",
    ),
    "ray_two_clusters": Told(
        "An upgrade by Ray Serve runs two clusters at once, and the ceiling counts both.",
        "engine.run_by is ray_serve: KubeRay makes a new cluster and moves requests over when it answers.",
        "Leave run_by out: Deployments replace one replica after another, within the same limits.",
        "the limits hold both: $9,019.10 a month more at the ceiling than Deployments",
    ),
    "spot_without_value": Told(
        "A run prefers spot, and its limit leaves no time in which spot could pay.",
        "The limit is less than 1.05 times the hours of compute: what spot saves is lost on the way back.",
        "More hours in sla, more nodes, or capacity.spot: never; the run is on demand from its start.",
        "the limit of 50 h is 1.04 times the work of 48 h",
    ),
    "waits_for_spot": Told(
        "A run on spot has no hours to keep, so that there is no last moment at which it leaves.",
        "Neither sla nor scale.max_run_h is said: it waits for spot, and its bound ends about one in ten.",
        "scale.max_run_h or sla.run_p90_h: then it leaves spot for on-demand in time, at the price told.",
        "9 in 100 runs are ended by the bound of 61.4 h before they are done",
    ),
}
