"""Money of a run: what its hours, its storage and its bound cost, per run and per month."""
