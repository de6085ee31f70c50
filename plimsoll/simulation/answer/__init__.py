"""The answer of a simulation: percentiles, minutes, dollars, and the document that tells them."""
