"""Figures of a candidate let a reader compare it: its latencies at the peak, and what its tokens cost."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.row import CandidateRow, Verdict
from plimsoll.candidates.search import Search
from plimsoll.ground.units import usd_text
from plimsoll.money.per_token import usd_per_million
from plimsoll.sizing.work.base import Peak
from plimsoll.sizing.work.setup import Estimate, Setup

if TYPE_CHECKING:  # start-up: few specs allow a second type
    from plimsoll.candidates.mixed.second import SecondType

Latency = Mapping[str, Estimate]
"""Estimates in milliseconds by key of the sla (`ttft_p95_ms`)."""


class Figures:
    """Works out the figures of the candidates of one search; what several of them share, once."""

    def __init__(self, search: Search) -> None:
        self._work = search.work
        self._keys = _latency_keys(search)
        self._peaks: dict[tuple[Setup, int, int], Peak] = {}
        self._latencies: dict[tuple[Setup, Peak], Latency] = {}

    def at_peak(self, candidate: Candidate) -> Peak:
        """Work out what each replica of a candidate does at the peak."""
        fleet, second = candidate.must_be_sized().fleet, candidate.must_be_sized().second
        if second is not None:
            work, base = self._work.reaching(1 - second.share), fleet.pools[0]
            own = work.at_peak(candidate.setup, second.base_serving, base.max_replicas)
            return replace(own, qps=own.qps / (1 - second.share))
        key = (candidate.setup, fleet.serving, fleet.replicas.peak)
        if key not in self._peaks:
            self._peaks[key] = self._work.at_peak(*key)
        return self._peaks[key]

    def latency(self, candidate: Candidate) -> Latency:
        """Estimate one latency per sla key, and those that its kind of work always has."""
        key = (candidate.setup, self.at_peak(candidate))
        if key not in self._latencies:
            self._latencies[key] = self._work.estimated(*key, self._keys)
        second = candidate.must_be_sized().second
        if second is None:
            return self._latencies[key]
        return _slower(self._latencies[key], self.of_burst(candidate, second))

    def of_burst(self, candidate: Candidate, second: "SecondType") -> Latency:
        """Estimate the same of the burst of a mix."""
        setup, pool = second.option.setup, candidate.must_be_sized().fleet.pools[-1]
        work = self._work.reaching(second.share)
        return work.estimated(setup, work.at_peak(setup, second.serving, pool.max_replicas), self._keys)

    def usd_per_million_output_tokens(self, candidate: Candidate) -> Decimal | None:
        """Divide what is expected to be paid by the tokens of the mean load; None without tokens."""
        tokens = self._work.output_tok_per_s(self.at_peak(candidate))
        return usd_per_million(candidate.must_be_sized().bill.expected, tokens)

    def row(self, candidate: Candidate, verdict: Verdict, dominated_by: str | None = None) -> CandidateRow:
        """The candidate as the document carries it; what is worked out of one that holds, null of others."""
        option, setup, sized = candidate.option, candidate.setup, candidate.sized
        tokens = self.usd_per_million_output_tokens(candidate) if candidate.holds else None
        return CandidateRow(
            id=candidate.id,
            instance_type=candidate.types,
            region=option.region,
            tensor_parallel=setup.tensor_parallel,
            precision=setup.precision,
            capacity=option.capacity_type,
            verdict=verdict,
            replicas=sized.fleet.replicas if sized is not None else None,
            latency=self.latency(candidate) if candidate.holds else None,
            usd_per_month_expected=usd_text(sized.bill.expected) if sized is not None else None,
            usd_per_month_ceiling=usd_text(sized.bill.ceiling) if sized is not None else None,
            usd_per_million_output_tokens=usd_text(tokens) if tokens is not None else None,
            dominated_by=dominated_by,
            reasons=candidate.reasons,
            share=None if setup.pod.share is None else setup.pod.share.short,
            variant=setup.variant,
        )


def _slower(one: Latency, other: Latency) -> Latency:
    """Take of each latency that of the slower type: a request may land on either."""
    return {key: max(each, other.get(key, each), key=lambda of: of.estimate) for key, each in one.items()}


def _latency_keys(search: Search) -> Sequence[str]:
    keys = [key.removesuffix("_ms") for key in search.workload.sla.latency_limits()]
    return list(dict.fromkeys([*keys, *search.work.reported]))
