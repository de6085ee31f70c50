"""The hard caps in a resource graph, and what they permit to be spent whatever anybody planned."""
