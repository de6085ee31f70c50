"""The published JSON Schemas are derived from the records that are written."""
