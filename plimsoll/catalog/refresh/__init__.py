"""Prices are read from AWS here, alone in the product: checked, held back where odd, and kept in a folder."""
