"""Judge a resource graph: one library behind the policy pack, `plimsoll check` and `plimsoll preview`."""

from plimsoll.policy.exemptions import Exemption
from plimsoll.policy.judge import judge
from plimsoll.policy.settings import Settings
from plimsoll.policy.verdict import Verdict, Violation

__all__ = ["Exemption", "Settings", "Verdict", "Violation", "judge"]
