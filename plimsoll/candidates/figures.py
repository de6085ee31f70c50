"""Figures of a candidate let a reader compare it: its latencies at the peak, and what its tokens cost."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.row import CandidateRow, Verdict
from plimsoll.candidates.search import Search
from plimsoll.ground.units import usd_text
from plimsoll.money.per_token import usd_per_million
from plimsoll.sizing.work.base import Peak
from plimsoll.sizing.work.setup import Estimate, Setup

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
        fleet = candidate.must_be_sized().fleet
        key = (candidate.setup, fleet.serving, fleet.replicas.peak)
        if key not in self._peaks:
            self._peaks[key] = self._work.at_peak(*key)
        return self._peaks[key]

    def latency(self, candidate: Candidate) -> Latency:
        """Estimate one latency per sla key, and those that its kind of work always has."""
        key = (candidate.setup, self.at_peak(candidate))
        if key not in self._latencies:
            self._latencies[key] = self._work.estimated(*key, self._keys)
        return self._latencies[key]

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
            instance_type=option.instance.name,
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


def _latency_keys(search: Search) -> Sequence[str]:
    keys = [key.removesuffix("_ms") for key in search.workload.sla.latency_limits()]
    return list(dict.fromkeys([*keys, *search.work.reported]))
