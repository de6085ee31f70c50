"""Ways to smuggle cost past the gate, and honest graphs that it must let through."""
