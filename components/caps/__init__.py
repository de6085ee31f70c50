"""The caps of a plan are registered before what they cap, and are waited for when they change."""
