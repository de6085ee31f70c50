"""Readers turn the documents that somebody names into the graph and the plans that are judged."""
