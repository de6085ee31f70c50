"""The outlook of a plan says what it would be if the spec were a little different, and where its money goes.

Every number at another load, limit or share is that of the plan of that spec: it is solved again, never
drawn out from two others.
"""
