"""Managed services rent nodes and storage of their own: databases, caches, search, brokers and streams."""
