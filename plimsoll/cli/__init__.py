"""The command line holds one module per command; each exposes a click command named `command`."""
