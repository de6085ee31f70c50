"""The gate judges a resource graph, for the policy pack, `plimsoll check` and `plimsoll preview` alike."""

from plimsoll.gate.exemptions import Exemption
from plimsoll.gate.judge import judge
from plimsoll.gate.settings import Settings
from plimsoll.gate.verdict import Verdict, Violation

__all__ = ["Exemption", "Settings", "Verdict", "Violation", "judge"]
