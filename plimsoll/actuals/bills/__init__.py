"""Each kind of bill has one file here that turns it into charges; a registry finds it by name."""
