"""Service Quotas: what a plan needs, what an account has, and the file that says so."""
