"""`python -m plimsoll` is the same as `plimsoll`."""

from plimsoll.edge.cli import main

if __name__ == "__main__":
    main()
