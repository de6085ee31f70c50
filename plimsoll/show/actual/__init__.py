"""Plan and bill of a window are written as a table for the terminal and as a page for the books."""
