"""The only part of Plimsoll that touches the world: files, YAML, terminals."""
