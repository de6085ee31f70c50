"""Every room stands on this one: units, records, problems, places, and the reading of foreign data."""
