"""A calibration is what an organisation measured itself: it moves estimates of just that."""
