"""A fleet is the replicas that are rented: their bounds, their autoscaler, and who leaves when."""
