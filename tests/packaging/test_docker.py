"""The Dockerfile: what must hold of it, and a linter where there is one. It isn't built here."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from geometry_ws.cli import make_parser

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text("utf-8")
STAGES = re.split(r"^FROM ", TEXT.replace("\\\n", " "), flags=re.M)[1:]


def words_of(name):
    """The words of an instruction of the last stage, which is given as JSON."""
    return json.loads(re.search(rf"^{name} (\[.*\])$", STAGES[-1], re.M)[1])


def test_both_stages_are_of_one_python_that_we_support():
    images = {stage.split()[0] for stage in STAGES}
    assert len(images) == 1
    version = re.fullmatch(r"python:(3\.[0-9]+)-slim", images.pop())[1]
    assert f"Python :: {version}\n" in (ROOT / "setup.cfg").read_text()


def test_it_runs_as_somebody_who_is_not_root():
    users = re.findall(r"^USER (\S+)", STAGES[-1], re.M)
    assert users[-1] != "0"
    assert f"useradd --uid {users[-1]} " in STAGES[-1]
    assert not re.search(r"^(RUN|COPY)", STAGES[-1].partition("USER ")[2], re.M)


def test_its_command_is_one_that_the_command_line_takes():
    (program,) = words_of("ENTRYPOINT")
    arguments = make_parser().parse_args(words_of("CMD"))
    assert program == "geometry-ws"
    # Nobody comes in from outside without access: the loopback door isn't what -p leads to.
    assert arguments.listen == ["lan"]
    assert re.search(rf"^VOLUME {arguments.state}$", STAGES[-1], re.M)
    assert f"EXPOSE {arguments.port}\n" in TEXT


def test_its_health_is_asked_for():
    checked = words_of("HEALTHCHECK .*CMD")
    assert checked[0] == "python"
    assert ":8081/health" in checked[2]
    compile(checked[2], "healthcheck", "exec")


def test_only_sources_go_to_the_build():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    taken = [rule[1:] for rule in rules if rule.startswith("!")]
    assert all((ROOT / path).exists() for path in taken)
    assert {"geometry_ws", "build_backend", "requirements.txt", "setup.cfg"} <= set(taken)
    copied = re.findall(r"^COPY (\S+)", STAGES[-1], re.M)
    assert set(copied) <= set(taken)


def test_the_pinned_versions_are_taken():
    """The line of sed, tried on the file as it is."""
    script = re.search(r"sed -n '([^']+)'", TEXT)[1]
    done = subprocess.run(
        ["sed", "-n", script, ROOT / "requirements.txt"], capture_output=True, text=True, check=True
    )
    pins = done.stdout.splitlines()
    assert len(pins) > 50
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][^ ]*", pin) for pin in pins)
    assert any(pin.startswith("crossbar==") for pin in pins)


def test_the_linter_has_nothing_to_say():
    if shutil.which("hadolint") is None:
        pytest.skip("there is no hadolint")
    done = subprocess.run(["hadolint", ROOT / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_page_runs_it_as_it_is():
    page = (ROOT / "docs" / "access.md").read_text()
    block = page.partition("### A container")[2].partition("```sh\n")[2].partition("```")[0]
    lines = block.replace("\\\n", " ").splitlines()
    assert [shlex.split(line)[:2] for line in lines] == [
        ["docker", "build"],
        ["docker", "run"],
        ["docker", "run"],
    ]
    words = shlex.split(lines[1])
    arguments = make_parser().parse_args(words[words.index("geometry-ws") + 1 :])
    assert (arguments.action, str(arguments.state)) == ("add", "/state")
