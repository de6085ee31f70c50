"""Files are opened here, and nearly nowhere else: the package's own data, and what somebody named."""
