"""The plan of a run is written here for people: a table for a terminal, Markdown for a pull request."""
