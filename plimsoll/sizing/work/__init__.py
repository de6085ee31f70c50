"""Each kind of work has one file here that says all that depends on the kind, behind the protocol `Work`."""
