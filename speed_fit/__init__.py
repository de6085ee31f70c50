"""Fitting the speed model to measured points. Development only: needs numpy, ships in no wheel."""
