"""Texts become plain data here, with the place of every value; nothing is opened."""
