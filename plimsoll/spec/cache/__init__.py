"""A cache answers what was asked before; here is what a spec says of it, and what it contradicts."""
