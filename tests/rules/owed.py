"""What does not keep a rule yet, by rule. A line may be struck off, none added.

Each name is expected to fail: as soon as it keeps its rule, the test demands that it leaves this table.
"""

WORLD: set[str] = set()

SHAPE: set[str] = set()

CLASS_NAMES: set[str] = set()

COMPONENTS: set[str] = set()

DOCSTRINGS: set[str] = set()

ARITHMETIC: set[str] = set()
