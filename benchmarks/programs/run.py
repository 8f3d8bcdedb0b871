"""Programs in one browser, side by side: `python -m benchmarks.programs.run`.

`--write-docs` puts the table into docs/performance.md, `--peers PYTHON` measures others as well,
with the interpreter of an environment that has benchmarks/programs/requirements.txt, and
`--install` measures the installation of each.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.processes.children import ROOT, Failed
from benchmarks.programs import table
from benchmarks.programs.browser import chromium
from benchmarks.programs.install import install
from benchmarks.programs.measure import ours, theirs
from benchmarks.report import results
from benchmarks.report.tables import write_between

HERE = Path(__file__).parent
PAGE = ROOT / "docs/performance.md"
# Who shows which case, and what is installed for it.
PEERS = {
    "webagg": (("line", "plasma"), ("matplotlib", "tornado")),
    "bokeh": (("line", "plasma"), ("bokeh",)),
    "nicegui": (("line", "plasma"), ("nicegui", "matplotlib", "pillow")),
    "trame": (("line", "plasma"), ("trame", "matplotlib", "pillow")),
    "rendercanvas": (("plasma",), ("rendercanvas", "numpy", "simplejpeg", "uvicorn[standard]")),
}


def main() -> int:
    """Measure, say it row by row, and write it down."""
    arguments = _arguments()
    if arguments.from_results:
        _write(results.read_results(arguments.results), write_docs=True)
        return 0
    rows: list[dict[str, Any]] = []
    try:
        with chromium() as browser:
            for row in ours(browser):
                rows.append(row)
                print(row, flush=True)
            for name, (cases, _) in PEERS.items() if arguments.peers else ():
                command = [arguments.peers, "-m", f"benchmarks.programs.{name}"]
                rows.append(theirs(browser, name, {case: [*command, case] for case in cases}))
                print(rows[-1], flush=True)
        if arguments.install:
            wanted = {"geometry_ws, nothing said": (str(ROOT),)}
            wanted |= {name: packages for name, (_, packages) in PEERS.items()}
            for row in rows:
                if (packages := wanted.get(row["system"])) is not None:
                    took = install(packages)
                    row |= {"install_s": took.seconds, "install_mb": took.megabytes}
                    print(f"{row['system']}: {took}", flush=True)
    except Failed as problem:
        print(f"{problem}.", file=sys.stderr)
        return 1
    load = f"{os.getloadavg()[0]:.0f} processes wanted a core at its end"
    measured = {"machine": {**results.machine(), "load": load}, "rows": rows}
    results.write_results(arguments.results, measured)
    _write(measured, write_docs=arguments.write_docs)
    return 0


def _write(measured: dict[str, Any], *, write_docs: bool) -> None:
    rows = measured["rows"]
    text = list(table.lines(measured["machine"], rows))
    print("\n".join(text))
    print(f"beyond what was to be reached: {', '.join(table.misses(rows[0])) or 'nothing'}")
    if write_docs:
        write_between(PAGE, table.BEGIN, table.END, text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure programs in one browser.")
    parser.add_argument("--write-docs", action="store_true", help="put the table into docs/")
    parser.add_argument("--from-results", action="store_true", help="only write docs/ again")
    parser.add_argument("--peers", help="a Python that has the others: see requirements.txt")
    parser.add_argument("--install", action="store_true", help="measure the installations, too")
    parser.add_argument("--results", type=Path, default=HERE / "results.json")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
