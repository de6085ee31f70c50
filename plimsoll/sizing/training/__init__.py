"""Training memory and work: what one step holds on each accelerator, and how much a run has to do."""
