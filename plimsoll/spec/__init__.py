"""A spec says what a person asks for; it is read, checked and explained here."""
