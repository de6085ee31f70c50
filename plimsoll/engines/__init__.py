"""Each serving engine has one file here that says all that is known of it; a registry finds it by name."""
