"""The report shows a plan on one page of HTML, for an engineer and for whoever owns the money.

Charts are SVG of our own; the page reads the same without its script, and everything stands in it without its
style sheet. Nothing is fetched.
"""
