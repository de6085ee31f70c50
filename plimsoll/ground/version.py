"""The version of Plimsoll, as pyproject.toml has it, and that of its answers."""

__version__ = "0.1.0"

SOLVER = 1
"""Raised by any release in which the same spec and the same facts have another answer: locks name it, and the
release notes list the plans that change. A lock of another solver is not solved again, it is printed."""
