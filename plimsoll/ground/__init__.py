"""The ground: units, errors, records, plain and foreign data, on which every other room stands."""
