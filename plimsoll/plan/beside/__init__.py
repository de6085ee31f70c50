"""What a plan says beside its choice: cache, schedule, route, hosted price, second type, savings."""
