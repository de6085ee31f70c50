"""An event simulation serves drawn or recorded requests with what a plan rents, one event after another."""
