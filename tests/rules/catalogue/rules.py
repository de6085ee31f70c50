"""Every rule of the catalogue's data files; a rule returns the sentences of its breaches."""

from collections.abc import Callable

from .form_rules import (
    FILES,
    FOLDERS,
    Facts,
    accelerator_fields_come_together,
    accelerators_are_whole,
    aliases_mean_one_thing,
    checkpoints_are_found,
    dates_are_dates,
    engine_facts_are_found,
    every_row_has_provenance,
    keys_are_unique,
    one_price_per_key_and_date,
    prices_are_positive,
    read_facts,
    references_exist,
    regions_say_their_dates,
    rows_are_sorted,
    sources_are_used,
)
from .value_rules import (
    allocatable_is_below_the_whole,
    must_contain,
    prices_are_of_one_size,
    regions_are_covered,
    regions_differ_within_reason,
    reserved_is_below_on_demand,
    spot_is_below_on_demand,
)

__all__ = ["FILES", "FOLDERS", "RULES", "Facts", "read_facts"]

RULES: tuple[Callable[[Facts], list[str]], ...] = (
    prices_are_positive,
    one_price_per_key_and_date,
    rows_are_sorted,
    keys_are_unique,
    aliases_mean_one_thing,
    dates_are_dates,
    every_row_has_provenance,
    sources_are_used,
    references_exist,
    regions_say_their_dates,
    engine_facts_are_found,
    checkpoints_are_found,
    accelerator_fields_come_together,
    accelerators_are_whole,
    must_contain,
    regions_are_covered,
    spot_is_below_on_demand,
    prices_are_of_one_size,
    regions_differ_within_reason,
    reserved_is_below_on_demand,
    allocatable_is_below_the_whole,
)
