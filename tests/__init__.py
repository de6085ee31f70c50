"""The tests, in six folders.

* `unit/` mirrors the packages: `unit/sizing/test_traffic.py` is about `plimsoll/sizing/traffic.py`.
* `claims/` has a file for each promise: two roads, determinism, caps, golden plans, laws and properties.
* `cases/` holds what people read and write: tables of specs, plans, manifests, attacks, mistakes, models.
* `rules/` keeps the house: who touches the world, lengths, names, the README, the catalogue's integrity.
* `world/` needs the real engine or API server (`make engine`, `make cluster`), and is skipped without them.
* `make/` builds what tests look at, each thing in one way.
"""
