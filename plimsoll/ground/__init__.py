"""The ground: units, errors, records and plain data, on which every other room stands."""
