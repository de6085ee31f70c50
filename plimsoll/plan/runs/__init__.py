"""The plan of a run: what to rent for how long, at what cost a run and a month, and who ends it when."""
