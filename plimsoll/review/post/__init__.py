"""Posting puts a review where a change is discussed: one comment, found again and updated in place."""
