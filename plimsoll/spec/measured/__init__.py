"""What its owner measured is told here: a service that answers requests, or workers behind a queue."""
