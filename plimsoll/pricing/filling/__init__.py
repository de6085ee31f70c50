"""A pool's limits are filled as dearly as they allow, whatever mixture of types does it."""
