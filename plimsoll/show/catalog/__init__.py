"""The catalogue's offers, models and accuracy are written as tables and documents."""
