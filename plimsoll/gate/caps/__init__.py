"""The hard caps in a resource graph permit an amount to be spent, whatever anybody planned."""
