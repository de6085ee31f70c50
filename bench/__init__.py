"""Speed, as ratios measured in one run. `python -m bench` (`make bench`) prints everything.

Absolute times say more about the machine than about the program, so each bench measures its own
yardstick beside it. Nothing here is a test: a busy machine must not fail anybody's build.
"""
