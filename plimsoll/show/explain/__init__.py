"""Every code that a document can carry is explained: what it means, what raises it, what mends it."""
