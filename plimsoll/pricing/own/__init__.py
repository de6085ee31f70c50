"""What the owner of a graph pays in place of list prices: own rates and percentages, and commitments."""
