"""`python -m plimsoll` is the same as `plimsoll`."""

from plimsoll.cli.main import main

if __name__ == "__main__":
    main()
