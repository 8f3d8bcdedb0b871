"""The benchmark's modules lie beside each other, as a script's do."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
