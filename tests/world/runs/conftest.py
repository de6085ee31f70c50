"""The controllers for this folder."""

from tests.world.runs.controllers import controllers

__all__ = ["controllers"]
