"""The load of what runs is measured: from a log of its requests, or from two scrapes of its server."""
