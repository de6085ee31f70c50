"""Terms say what an organisation pays in place of list prices; each road to a price applies them itself."""
