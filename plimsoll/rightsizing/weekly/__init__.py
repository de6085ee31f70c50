"""What a weekly report says besides: what moved since a lock was approved, and what to look after."""
