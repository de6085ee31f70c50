"""The plan is the answer of sizing: what to rent, at what cost, on which assumptions; or a refusal."""
