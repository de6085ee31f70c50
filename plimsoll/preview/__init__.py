"""A preview runs a Pulumi program in this process and prices and judges what it registers."""
