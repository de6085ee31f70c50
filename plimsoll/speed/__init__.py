"""Speed follows from a roofline with measured efficiency, and the few constants that were fitted for it."""

from plimsoll.speed.facts import SpeedFacts, facts_from
from plimsoll.speed.load import Demand, Steady, steady
from plimsoll.speed.step import StepModel, step_model

__all__ = ["Demand", "SpeedFacts", "Steady", "StepModel", "facts_from", "steady", "step_model"]
