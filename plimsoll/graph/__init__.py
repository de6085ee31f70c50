"""A resource graph says what will exist, whoever wrote the program: an engine, a manifest, a plan."""
