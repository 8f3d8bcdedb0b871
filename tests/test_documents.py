"""What the documents show can be run."""

import re
from pathlib import Path

import msgspec
import pytest

from geometry_ws.protocol.names import uri
from geometry_ws.protocol.registry import PROCEDURES

ROOT = Path(__file__).parent.parent
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in sorted((ROOT / "docs").glob("*.md"))
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", page.read_text(), re.S))
]


@pytest.mark.parametrize("block", BLOCKS)
def test_python_in_the_documents_compiles(block):
    compile(block, "document", "exec")


def test_every_command_of_the_tour_is_one_of_the_command_line():
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"^geometry-ws ([a-z]+)", text, re.M))
    assert named == {"connect", "call", "publish", "show"}


def test_the_tour_ticks_a_task_that_is_there_and_says_which_it_means():
    text = (ROOT / "README.md").read_text()
    ((name, body),) = re.findall(r"/call/([a-z.]+) [^{]*-d '(\{.*?\})'", text, re.S)
    asked = msgspec.json.decode(body, type=PROCEDURES[uri(name)].request)
    tasks = (ROOT / "openspec/changes" / asked.change / "tasks.md").read_text()
    listed = re.findall(r"^- \[.\] (.*)", tasks, re.M)
    assert asked.expect == listed[asked.task - 1]


def test_every_page_is_listed_on_the_first_one():
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    listed = re.findall(r"\]\(([\w-]+\.md)\)", (ROOT / "docs" / "README.md").read_text("utf-8"))
    assert pages == set(listed)
