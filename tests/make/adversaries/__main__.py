"""`make adversaries`: try every known way past the gate; print killed and survived."""

import sys
from collections import Counter

from plimsoll.catalog.tables import load
from tests.make.adversaries.attack import Outcome, attack
from tests.make.adversaries.case import adversaries, honest
from tests.make.adversaries.our_own import our_examples


def main() -> int:
    catalog = load()
    outcomes = [attack(case, catalog) for case in adversaries()]
    graphs = [*honest(), *our_examples()]
    alarms = [outcome for outcome in (attack(case, catalog) for case in graphs) if not outcome.passed]
    possible = [outcome for outcome in outcomes if not outcome.case.impossible]
    survived = [outcome for outcome in possible if not outcome.killed]
    _print_families(outcomes)
    for outcome in survived:
        print(f"SURVIVED  {_name(outcome)}: {outcome.case.why}")
        print(f"          expected {outcome.case.expect}, got {_codes(outcome)}")
    for outcome in alarms:
        print(f"FALSE ALARM  {_name(outcome)}: {_codes(outcome)}")
        for violation in outcome.verdict.violations:
            if violation.blocks:
                print(f"          {violation.policy}: {violation.message}")
    for outcome in outcomes:
        if outcome.case.impossible:
            print(f"cannot be seen  {_name(outcome)}: {outcome.case.impossible}")
    killed = len(possible) - len(survived)
    print(
        f"killed {killed} of {len(possible)}, survived {len(survived)}; "
        f"false alarms {len(alarms)} of {len(graphs)} honest graphs"
    )
    return 1 if survived or alarms else 0


def _print_families(outcomes: list[Outcome]) -> None:
    total: Counter[str] = Counter(o.case.family for o in outcomes if not o.case.impossible)
    killed: Counter[str] = Counter(o.case.family for o in outcomes if o.killed and not o.case.impossible)
    for family in sorted(total):
        print(f"{family:<32} {killed[family]:>3} of {total[family]}")


def _name(outcome: Outcome) -> str:
    return f"{outcome.case.family}/{outcome.case.name}"


def _codes(outcome: Outcome) -> str:
    return ", ".join(sorted(outcome.codes | outcome.early)) or "a pass"


if __name__ == "__main__":
    sys.exit(main())
