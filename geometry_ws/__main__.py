"""``python -m geometry_ws``: the same as the command ``geometry-ws``."""

import sys

from geometry_ws.cli import main

if __name__ == "__main__":
    sys.exit(main())
