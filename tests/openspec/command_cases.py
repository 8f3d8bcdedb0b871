"""Projects and command lines that show everything the official tool tells of projects.

Used twice: our answers are held to what is written in the tests, and where the official tool is
installed, both answer the same lines.
"""

import os

from tests.openspec import test_rules as rules

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
    "  - {id: work, generates: 'parts/**/*.md', template: t.md, description: d, requires: [idea]}\n"
    "  - {id: idea, generates: idea.md, template: t.md, description: d}\n"
    "  - {id: rules, generates: './specs/**/*.md', template: t.md, description: d,"
    " requires: [work, idea]}\n"
    "apply: {requires: [work], tracks: 'parts/**/*.md'}\n"
)


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
    (mark,) = [mark for mark in function.pytestmark if mark.name == "parametrize"]
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
    made.put("changes/own/parts/a/b.md", "- [x] 1.1 a\n")
    made.put("changes/own/parts/c.md", "- [ ] 1.1 a\n")
    made.put("changes/broken/.openspec.yaml", "schema: [\n")
    made.put("changes/shape/.openspec.yaml", "schema: spec-driven\ncreated: yesterday\n")
    made.put("changes/lost/.openspec.yaml", "schema: nowhere\n")
    made.put("changes/spoilt/.openspec.yaml", "schema: spoilt\n")
    made.put("changes/a-file", "")
    made.put("changes/archive/undated/tasks.md", "- [ ] a\n")
    made.put("changes/archive/.kept/tasks.md", "- [ ] a\n")
    made.put("changes/archive/2026-02-02-own/.openspec.yaml", "schema: own\n")
    made.put("changes/archive/2026-02-02-own/parts/a.md", "- [ ] a\n- [x] b\n")
    made.put("schemas/own/schema.yaml", SCHEMA)
    made.put("schemas/spoilt/schema.yaml", "name: spoilt\nversion: 1\n")
    made.put("schemas/none/readme.md", "")
    (made.folder / "changes/linked").symlink_to("plain")
    (made.folder / "changes/plain/link.md").symlink_to("design.md")
    (made.folder / "changes/plain/gone.md").symlink_to("nowhere.md")
    (made.folder / "changes/empty").mkdir()


WHOLE = [
    "view", "list --json", "list --json --sort name", "list --json --sort=other", "list --changes",
    "list",
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
MISTAKES = {
    "": (1, ""),
    "nothing": (1, ""),
    "lst": (1, ""),
    "list --nothing": (1, ""),
    "list more": (1, ""),
    "list --sort": (1, ""),
    "view --json": (1, ""),
    "view more": (1, ""),
    "view --store x": (1, ""),
    "list --json=1": (1, ""),
    "spec": (1, ""),
    "spec nothing": (1, ""),
    "show": (1, ""),
    "show nowhere": (1, ""),
    "show nowhere --json": (1, "unknown_item"),
    "show both": (1, ""),
    "show both --json": (1, "ambiguous_item"),
    "show both --json --type spec": (0, ""),
    "show both --json --type CHANGE": (0, ""),
    "show both --json --type x": (1, "ambiguous_item"),
    "show both --unknown": (1, ""),
    "show -r": (1, ""),
    "show area --json -r1": (0, ""),
    "show area --json -r 0": (1, "show_error"),
    "show area --json -r 2x": (0, ""),
    "show area --json --requirement=two --type spec": (1, "show_error"),
    "show area --json -r 1 --requirements": (1, "show_error"),
    "show area --json --requirements --deltas-only": (0, ""),
    "show area --json --no-scenarios": (0, ""),
    "show nowhere --type spec --json": (1, "show_error"),
    "show nowhere --type change --json": (1, "show_error"),
    "show .. --type change --json": (1, "show_error"),
    "show ../x --type spec --json": (1, "show_error"),
    "show plain --json --requirements-only --no-scenarios": (0, ""),
    "show plain --json --deltas-only": (0, ""),
    "show plain -r 1": (0, ""),
    "show linked --type change --json": (0, ""),
    "show .dotted --type change --json": (1, "show_error"),
    "validate": (1, ""),
    "validate --json": (1, ""),
    "validate nowhere": (1, ""),
    "validate nowhere --json": (1, "unknown_item"),
    "validate both --json": (1, "ambiguous_item"),
    "validate both": (1, ""),
    "validate -- both": (1, ""),
    "validate both --json --type spec": (0, ""),
    "validate both --json --type change": (1, ""),
    "validate nowhere --json --type change": (1, ""),
    "validate nowhere --json --type spec": (1, ""),
    "validate ../x --json --type change": (1, "invalid_item"),
    "validate .. --json --type spec": (1, "invalid_item"),
    "validate a//b --json --type spec": (1, "invalid_item"),
    "validate .dotted --json --type change": (1, ""),
    "validate both --report findings --json": (1, "invalid_validation_report_request"),
    "validate --report full --json": (1, "invalid_validation_report_request"),
    "validate --all --archived --report full --json": (1, "invalid_validation_report_request"),
    "validate --all --report some --json": (1, "invalid_validation_report_request"),
    "validate --all --report some": (1, ""),
    "status --all --change both --json": (1, "change_error"),
    "status --change nowhere --json": (1, "change_error"),
    "status --change nowhere": (1, ""),
    "status --change ../x --json": (1, "change_error"),
    "status --change .dotted --json": (1, "change_error"),
    "status --change archive --json": (1, "change_error"),
    "status --change": (1, ""),
    "status --change both --schema own --json": (0, ""),
    "status --change both --schema nowhere --json": (1, "change_error"),
    "status --all --schema spoilt --json": (1, ""),
    "status --all --schema own --json": (1, ""),
    "status --change linked --json": (0, ""),
    "list --store x --json": (1, "no_registered_stores"),
    "list --specs --store-path x --json": (1, "store_path_not_supported"),
    "validate --all --store x --json": (1, "no_registered_stores"),
    "list --store ./x --json": (1, "invalid_store_id"),
    "show both --store Ä --json": (1, "invalid_store_id"),
    "show both --store x --json": (1, "no_registered_stores"),
    "status --all --store x --json": (1, "no_registered_stores"),
    "status --change a --store x --json": (1, "no_registered_stores"),
    "schemas --store x --json": (1, "no_registered_stores"),
    "schemas --store-path x": (1, ""),
    "spec show": (1, ""),
    "spec show nowhere --json": (1, ""),
    "spec show both --json": (0, ""),
    "spec show both": (0, ""),
    "spec show both --json -r 9": (1, ""),
    "spec validate": (1, ""),
    "spec validate nowhere --json": (1, ""),
    "change show": (1, ""),
    "change show nowhere --json": (1, ""),
    "change show ../x --json": (1, ""),
    "change show both": (0, ""),
    "change validate": (1, ""),
    "change validate nowhere": (1, ""),
    "change validate ../x --json": (1, ""),
    "change show both/": (0, ""),
    "change show ./both": (0, ""),
    "change show both/. --json": (0, ""),
    "change show ../changes/no-why/ --json": (1, ""),
    "change show x/../told/ --json": (0, ""),
    "change show both/specs": (1, ""),
    "change show .": (1, ""),
    "change show ./nowhere": (1, ""),
    "change validate ./plain/ --json": (0, ""),
    "change validate both/": (1, ""),
    "change validate a-file/ --json": (1, ""),
    "spec show area/ --json": (0, ""),
    "spec show ./area/deep.er/": (0, ""),
    "spec show ../specs/both --json -r 1": (0, ""),
    "spec show .": (0, ""),
    "spec show ../changes/both": (1, ""),
    "spec validate ./both/ --json": (0, ""),
    "spec validate area//deep.er --json": (1, ""),
    "show ./both --type change --json": (0, ""),
    "show both/ --type spec --json": (0, ""),
    "show both/": (1, ""),
    "show ./both --json": (1, "unknown_item"),
    "validate ./both --type change --json": (1, "invalid_item"),
    "validate both/ --type spec --json": (1, "invalid_item"),
    "status --change both/ --json": (1, "change_error"),
    "archive both/ --json": (1, "archive_change_name_invalid"),
    "archive ./both --json": (1, "archive_change_name_invalid"),
    "help help": (1, ""),
    "help nothing": (1, ""),
    "help --json": (0, ""),
    "spec help": (0, ""),
    "spec help show": (0, ""),
    "spec help nothing": (1, ""),
    "change help": (0, ""),
    "change help --json list": (0, ""),
    "change help -- list": (0, ""),
    "help": (0, ""),
    "help list": (0, ""),
    "list --help": (0, ""),
    "spec --help": (0, ""),
    "--version": (0, ""),
    "list --version": (0, ""),
    "list --no-color --json": (0, ""),
    "show both lamp --json": (1, ""),
    "change validate plain -h": (0, ""),
    # What stands behind an option that takes a value is its value.
    "list --sort -h": (0, ""),
    "list --json --sort --help": (0, ""),
    "list --json --sort -h --help": (0, ""),
    "list -h --sort": (1, ""),
    "status --change -h --json": (1, "change_error"),
    "status --schema --help --change plain --json": (1, "change_error"),
    "archive -yh plain": (0, ""),
    "archive -hy plain": (1, ""),
    "show -- -h": (1, ""),
    "-h list": (0, ""),
    "spec -h list": (0, ""),
    "bogus -h": (0, ""),
    "list --bogus -- -h": (0, ""),
    "change --bogus -- -h": (0, ""),
    "--bogus -h": (0, ""),
    "spec bogus x -h": (0, ""),
    "list extra --bogus -h": (0, ""),
}
"""Lines that ask for what isn't there, or wrongly: the status, and the code of an error."""


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
