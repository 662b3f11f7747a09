"""`python -m enigma_ref`: the command `enigma`."""

import sys

from enigma_ref.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
