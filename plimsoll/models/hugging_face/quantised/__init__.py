"""A quantised checkpoint packs some modules and keeps others: which, and how tightly, is read here."""
