"""Workers behind a queue are counted by KEDA, which asks the broker how much lies there."""
