"""Training speed is model FLOPs over the share of the peak that a stack reaches, less what the links take."""
