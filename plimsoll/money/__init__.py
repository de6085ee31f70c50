"""Money adds up what a fleet costs in a month: floor, expected and ceiling, line by line to the cent."""
