"""Commands of evidence hold a plan against events: simulated ones, and measured ones."""
