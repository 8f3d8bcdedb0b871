"""A program for tests that stands for a notebook's kernel.

It takes a node's address; each line of its input is JSON: what the notebook calls a cell, and an
expression. It prints what the notebook would show of that value.
"""

import json
import sys
from types import ModuleType, SimpleNamespace

import numpy as np

import geometry_ws as gw

shell = SimpleNamespace(kernel=object(), parent={})
shell.get_parent = lambda: shell.parent
ipython = ModuleType("IPython")
ipython.get_ipython = lambda: shell  # type: ignore[attr-defined]
sys.modules["IPython"] = ipython

names = {
    "screen": gw.connect(sys.argv[1], quiet=True),
    "grey": lambda height=60: np.full((height, 90), 128, np.uint8),
    "shell": shell,
}
for number, line in enumerate(sys.stdin):
    cell, expression = json.loads(line)
    shell.parent = {"header": {"msg_id": str(number)}, "metadata": {"cellId": cell}}
    value = eval(expression, names)
    print(json.dumps(value._repr_mimebundle_() if value is not None else {}), flush=True)
names["screen"].close()
