"""The comment of a review, for the places that show it."""
