"""`geometry-ws openspec` answers as the official tool does, where that is installed.

Documents are the same key by key, statuses too; only messages are in our own words.
"""

import os
import random
import shutil

import openspec_answers
import pytest
import test_openspec_official as randomly
import test_openspec_rules as rules

pytestmark = [
    pytest.mark.nodejs,
    pytest.mark.skipif(
        shutil.which("openspec") is None, reason="the official tool is not installed"
    ),
]

PROPOSAL = "# Change: {}\n\n## Why\nBecause.\n\n## What Changes\n- **x:** adds a lamp\n"
PROPOSALS = {
    "plain": PROPOSAL.format("One"),
    "no-why": "# A\n## What Changes\n- **x:** new\n",
    "no-what": "# A\n## Why\nSo.\n",
    "template": PROPOSAL.format("x").replace("Change: x", "Proposal"),
    "lines": "\ufeff#  \r\n\r\n" + PROPOSAL.format("CRLF").replace("\n", "\r\n"),
    "told": "## Why\na\n## What Changes\n- **a:** Renamed it\n - **b**: creates c\n- **c:** news\n"
    "-**d:** deletes d\n* **e:** x\n- **f** g\n",
    "fenced": "```\n# Not me\n```\n# Change:x\n## Why\nw\n### What Changes\nt\n",
}
SCHEMA = (
    "name: own\nversion: 1\ndescription: Mine\nartifacts:\n"
    "  - {id: work, generates: 'work/**/*.md', template: t.md, description: d, requires: [idea]}\n"
    "  - {id: idea, generates: idea.md, template: t.md, description: d}\n"
    "  - {id: rules, generates: './specs/**/*.md', template: t.md, description: d,"
    " requires: [work, idea]}\n"
    "apply: {requires: [work], tracks: 'work/**/*.md'}\n"
)


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    tool = openspec_answers.Official(tmp_path_factory.mktemp("home"))
    yield tool
    tool.close()


class Writer:
    """A project that is written in short calls, with times that don't depend on the clock."""

    def __init__(self, root):
        self.root = root
        self.folder = root / "openspec"
        self.count = 0

    def put(self, path, text=""):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        self.count += 1
        time = 1_700_000_000_000_000_000 + self.count * 1_000_456_789
        os.utime(file, ns=(time, time))


def cases(function):
    """The arguments that a test of rules is given."""
    (mark,) = [one for one in function.pytestmark if one.name == "parametrize"]
    return mark.args[1]


def write_rules(made):
    """Every rule broken and kept, each in an item of its own."""
    made.put("specs/x/spec.md", rules.GOOD)
    for number, (text, _) in enumerate(cases(rules.test_each_rule_of_specs_is_found)):
        made.put(f"specs/area/s{number}/spec.md", text)
    for number, (delta, _) in enumerate(cases(rules.test_each_rule_of_deltas_is_found)):
        made.put(f"changes/delta-{number}/proposal.md", PROPOSAL.format(number))
        if delta is not None:
            made.put(f"changes/delta-{number}/specs/x/spec.md", delta)
    for number, (tasks, _) in enumerate(cases(rules.test_the_rules_of_task_files)):
        made.put(f"changes/tasks-{number}/tasks.md", tasks)
        made.put(f"changes/tasks-{number}/specs/x/spec.md", rules.ADDED)
        made.put(f"changes/archive/2026-01-0{number + 1}-done/tasks.md", tasks)
    marks = cases(rules.test_the_marker_for_changes_without_specs)
    for number, (metadata, files, _) in enumerate(marks):
        for path, text in {".openspec.yaml": metadata, **files}.items():
            made.put(f"changes/marked-{number}/{path}", text)


def write_oddities(made):
    """What is not a matter of rules: names, titles, folders, links, schemas."""
    made.put("specs/both/spec.md", rules.GOOD)
    made.put("specs/Both/spec.md", rules.GOOD.replace("A\n", "A ##\n"))
    made.put("specs/area/spec.md", rules.GOOD + rules.BLOCK.format("É").replace("SHALL", "should"))
    made.put("specs/area/deep.er/spec.md", "# nothing\n")
    made.put("specs/.hidden/spec.md", rules.GOOD)
    made.put("specs/spec.md", rules.GOOD)
    made.put("changes/both/proposal.md", PROPOSAL.format("Both"))
    for name, text in PROPOSALS.items():
        made.put(f"changes/{name}/proposal.md", text)
        made.put(f"changes/{name}/design.md", "x")
    for name in ("told", "plain"):
        made.put(f"changes/{name}/specs/z/spec.md", "# no operations\n")
    made.put("changes/plain/specs/x/spec.md", rules.ADDED + rules.MODIFIED)
    removed = "## REMOVED Requirements\n- `### Requirement: Gone`\n### Requirement: A\nOld.\n"
    made.put("changes/plain/specs/area/spec.md", removed + rules.RENAME.format("É", "E"))
    made.put("changes/plain/specs/spec.md", rules.ADDED)
    made.put("changes/plain/specs/notes.md", rules.ADDED)
    made.put("changes/plain/tasks.md", "- [x] a\n- [ ] b\n")
    made.put("changes/.dotted/tasks.md", "- [x] a\n")
    made.put("changes/wrap/ios/one/proposal.md", "# x\n")
    made.put("changes/wrap/two/tasks.md", "- [ ] x\n")
    made.put("changes/own/.openspec.yaml", "schema: own\ncreated: '2026-01-31'\nskip_specs: true\n")
    made.put("changes/own/work/a/b.md", "- [x] 1.1 a\n")
    made.put("changes/own/work/c.md", "- [ ] 1.1 a\n")
    made.put("changes/broken/.openspec.yaml", "schema: [\n")
    made.put("changes/shape/.openspec.yaml", "schema: spec-driven\ncreated: yesterday\n")
    made.put("changes/lost/.openspec.yaml", "schema: nowhere\n")
    made.put("changes/spoilt/.openspec.yaml", "schema: spoilt\n")
    made.put("changes/a-file", "")
    made.put("changes/archive/undated/tasks.md", "- [ ] a\n")
    made.put("changes/archive/.kept/tasks.md", "- [ ] a\n")
    made.put("changes/archive/2026-02-02-own/.openspec.yaml", "schema: own\n")
    made.put("changes/archive/2026-02-02-own/work/a.md", "- [ ] a\n- [x] b\n")
    made.put("schemas/own/schema.yaml", SCHEMA)
    made.put("schemas/spoilt/schema.yaml", "name: spoilt\nversion: 1\n")
    made.put("schemas/none/readme.md", "")
    (made.folder / "changes/linked").symlink_to("plain")
    (made.folder / "changes/plain/link.md").symlink_to("design.md")
    (made.folder / "changes/plain/gone.md").symlink_to("nowhere.md")
    (made.folder / "changes/empty").mkdir()


def write_random(made, seed):
    """Documents of random lines."""
    chance = random.Random(seed)
    for number in range(15):
        made.put(f"specs/s{number}/spec.md", randomly._document(chance))
        name = f"changes/c{number}"
        told = randomly._document(chance)
        made.put(f"{name}/proposal.md", PROPOSAL.format(number) + told)
        made.put(f"{name}/tasks.md", randomly._document(chance))
        for _ in range(2):
            delta = chance.choice(randomly._LINES[2:6]) + "\n" + randomly._document(chance)
            made.put(f"{name}/specs/s{chance.randrange(18)}/spec.md", delta)
        metadata = chance.choice(randomly._METADATA)
        if metadata is not None:
            made.put(f"{name}/.openspec.yaml", metadata)


WHOLE = [
    "list --json", "list --json --sort name", "list --json --sort=other", "list --changes", "list",
    "list --specs --json", "list --specs", "validate --all --json",
    "validate --all --strict --json", "validate --changes --json --concurrency 3",
    "validate --specs --json --strict", "validate --changes --specs --json",
    "validate --archived --json", "validate --archived",
    "validate --all --report findings --json", "validate --archived --report findings --json",
    "validate --specs --report=findings --json", "validate --all --report full --json",
    "validate --changes --report findings", "validate --all", "status --all --json",
    "status --all", "status --json", "schemas --json", "schemas", "spec list --json", "spec list",
    "spec list --long", "change list --json", "change list", "change list --long",
]  # fmt: skip
MISTAKES = [
    "", "nothing", "lst", "list --nothing", "list more", "list --sort", "list --json=1", "spec",
    "spec nothing", "show", "show nowhere", "show nowhere --json", "show both", "show both --json",
    "show both --json --type spec", "show both --json --type CHANGE", "show both --json --type x",
    "show both --unknown", "show -r", "show area --json -r1", "show area --json -r 0",
    "show area --json -r 2x", "show area --json --requirement=two --type spec",
    "show area --json -r 1 --requirements", "show area --json --requirements --deltas-only",
    "show area --json --no-scenarios", "show nowhere --type spec --json",
    "show nowhere --type change --json", "show .. --type change --json",
    "show ../x --type spec --json", "show plain --json --requirements-only --no-scenarios",
    "show plain --json --deltas-only", "show plain -r 1", "show linked --type change --json",
    "show .dotted --type change --json", "validate", "validate --json", "validate nowhere",
    "validate nowhere --json", "validate both --json", "validate both", "validate -- both",
    "validate both --json --type spec", "validate both --json --type change",
    "validate nowhere --json --type change", "validate nowhere --json --type spec",
    "validate ../x --json --type change", "validate .. --json --type spec",
    "validate a//b --json --type spec", "validate .dotted --json --type change",
    "validate both --report findings --json", "validate --report full --json",
    "validate --all --archived --report full --json", "validate --all --report some --json",
    "validate --all --report some", "status --all --change both --json",
    "status --change nowhere --json", "status --change nowhere", "status --change ../x --json",
    "status --change .dotted --json", "status --change archive --json", "status --change",
    "status --change both --schema own --json", "status --change both --schema nowhere --json",
    "status --all --schema spoilt --json", "status --all --schema own --json",
    "status --change linked --json", "list --store x --json", "list --specs --store-path x --json",
    "validate --all --store x --json", "show both --store x --json",
    "status --all --store x --json", "status --change a --store x --json",
    "schemas --store x --json", "schemas --store-path x", "spec show",
    "spec show nowhere --json", "spec show both --json", "spec show both",
    "spec show both --json -r 9", "spec validate", "spec validate nowhere --json", "change show",
    "change show nowhere --json", "change show ../x --json", "change show both", "change validate",
    "change validate nowhere", "change validate ../x --json", "help", "help list", "list --help",
    "spec --help", "--version", "list --version", "list --no-color --json", "show both lamp --json",
    "change validate plain -h",
]  # fmt: skip


def lines_for_items(made):
    """Command lines for each item of a project."""
    for path in sorted(made.folder.glob("changes/*")):
        name = path.name
        if name == "archive" or not path.is_dir() or name.startswith("."):
            continue
        yield ["show", name, "--json", "--type", "change"]
        yield ["show", "--type=change", "--json", "--diff", name]
        yield ["validate", name, "--json", "--type", "change"]
        yield ["validate", name, "--json", "--strict", "--type", "change"]
        yield ["status", "--change", name, "--json"]
        yield ["change", "validate", name, "--json"]
    for path in sorted(made.folder.glob("specs/**/spec.md")):
        id_ = str(path.parent.relative_to(made.folder / "specs"))
        if id_.startswith("."):
            continue
        yield ["show", id_, "--json", "--type", "spec", "--no-scenarios"]
        yield ["validate", id_, "--json", "--strict", "--type", "spec"]
        yield ["spec", "validate", id_, "--json"]
        yield ["spec", "show", id_, "--json"]


def compare(official, folder, lines):
    found = [openspec_answers.difference(official, folder, list(line)) for line in lines]
    differences = [one for one in found if one is not None]
    if differences:
        pytest.fail("\n\n".join(differences[:5]) + f"\n{len(differences)} differences")


def split(lines):
    return [line.split() for line in lines]


def test_every_rule_is_told_alike(official, tmp_path):
    made = Writer(tmp_path)
    write_rules(made)
    compare(official, tmp_path, [*split(WHOLE), *lines_for_items(made)])


def test_oddities_are_told_alike(official, tmp_path):
    made = Writer(tmp_path)
    write_oddities(made)
    compare(official, tmp_path, [*split(WHOLE), *lines_for_items(made)])


def test_mistakes_are_told_alike(official, tmp_path):
    made = Writer(tmp_path)
    write_oddities(made)
    compare(official, tmp_path, split(MISTAKES))


@pytest.mark.parametrize("seed", [11, 12])
def test_random_projects_are_told_alike(official, tmp_path, seed):
    made = Writer(tmp_path)
    write_random(made, seed)
    compare(official, tmp_path, [*split(WHOLE), *lines_for_items(made)])


@pytest.mark.parametrize(
    "files",
    [
        (), ("README.md",), ("openspec/project.md",), ("openspec/config.yaml",),
        ("openspec/specs/.gitkeep",), ("openspec/changes/archive/.gitkeep",),
        ("openspec/other/x.md",), ("openspec/specs/.openspec-store/store.yaml",),
    ],
)  # fmt: skip
def test_places_with_little_or_nothing_are_told_alike(official, tmp_path, files):
    for path in files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    compare(official, tmp_path, split([*WHOLE, "show x --json", "validate x --json", "status"]))


def test_a_project_is_found_from_below_alike(official, tmp_path):
    made = Writer(tmp_path / "project")
    write_oddities(made)
    below = made.root / "src" / "deep"
    below.mkdir(parents=True)
    (tmp_path / "link").symlink_to(below)
    for folder in (below, made.folder / "specs", tmp_path / "link"):
        compare(official, folder, split(["list --json", "show both --json", "spec list --json"]))
