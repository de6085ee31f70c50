"""Sizing works out what a candidate needs: does it fit, how much does one replica carry, how many nodes."""
