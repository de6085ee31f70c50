"""Show writes what the rooms below found: words, tables and pictures, no decisions."""
