"""The check report is written for a terminal and as a pull-request comment."""
