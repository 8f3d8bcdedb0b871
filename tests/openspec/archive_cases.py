"""Every branch of archiving as a small case: once kept, once broken, with what must come of it.

Used twice: our code is held to the outcome that is written here, and where the official tool is
installed, both are run on the same files.
"""

from dataclasses import dataclass, field

PURPOSE = "Says how a desk lamp behaves, so that its owner knows what to expect of it."


def block(name, *scenarios, text="It SHALL do.", steps="- **WHEN** x\n- **THEN** y\n"):
    """A requirement with scenarios."""
    parts = [f"### Requirement: {name}\n{text}\n"]
    parts += [f"\n#### Scenario: {scenario}\n{steps}" for scenario in scenarios or ("s",)]
    return "".join(parts)


def spec(*blocks, purpose=PURPOSE, before="", after="", title="# lamp Specification\n\n"):
    """A main spec."""
    body = "\n".join(blocks)
    return f"{title}## Purpose\n{purpose}\n\n{before}## Requirements\n\n{body}{after}"


BASE = spec(block("A", "one", "two"), block("B"))
ADDED = "## ADDED Requirements\n\n"
MODIFIED = "## MODIFIED Requirements\n\n"
REMOVED = "## REMOVED Requirements\n\n"
RETIRES = "schema: spec-driven\nretire_capabilities: true\n"
SKIPS = "schema: spec-driven\nskip_specs: true\n"


def remove(*names):
    """A section of removals."""
    return REMOVED + "".join(f"### Requirement: {name}\n" for name in names)


def rename(*pairs):
    """A section of renames."""
    lines = [
        f"- FROM: `### Requirement: {source}`\n- TO: `### Requirement: {target}`\n"
        for source, target in pairs
    ]
    return "## RENAMED Requirements\n\n" + "".join(lines)


@dataclass(frozen=True)
class Case:
    """A change named `it` against the spec `lamp`, and its outcome.

    `outcome` is the refusal's code, or added, modified, removed, renamed, and how many warnings.
    """

    name: str
    delta: str | None
    outcome: str | tuple[int, int, int, int, int] | None
    base: str | bytes | None = BASE
    files: dict[str, str | bytes] = field(default_factory=dict)
    options: tuple[str, ...] = ("--yes",)


FAILED, INVALID, RESULT = (
    "archive_spec_update_failed",
    "archive_validation_failed",
    "archive_spec_validation_failed",
)
UNCHECKED = ("--yes", "--no-validate")
LONE = spec(block("A"))
NOTE = "\n### Notes\nKeep me.\n"


def unchecked(name, delta, outcome, base=BASE, **more):
    """A case that validation would stop before the merge sees it."""
    return Case(name, delta, outcome, base, options=UNCHECKED, **more)


MERGES = [
    Case("added", ADDED + block("C"), (1, 0, 0, 0, 0)),
    Case("added_again", ADDED + block("B"), (0, 0, 0, 0, 0)),
    Case("added_other_text", ADDED + block("B", text="It MUST not."), FAILED),
    Case("added_other_spelling", ADDED + block("b"), FAILED),
    Case("added_other_spacing", ADDED + block("A  b"), FAILED, spec(block("A b"))),
    Case("modified", MODIFIED + block("A", "one", "two", "three"), (0, 1, 0, 0, 0)),
    Case("modified_same", MODIFIED + block("A", "one", "two"), (0, 0, 0, 0, 0)),
    Case("modified_missing", MODIFIED + block("X"), FAILED),
    Case("modified_loses_scenario", MODIFIED + block("A", "one"), FAILED),
    Case("removed", remove("A"), (0, 0, 1, 0, 0)),
    Case("removed_bullet", REMOVED + "- `### Requirement: A`\n", (0, 0, 1, 0, 0)),
    Case("removed_missing", remove("Gone"), (0, 0, 0, 0, 1)),
    Case("removed_other_spelling", remove("a"), FAILED),
    Case("renamed", rename(("A", "Z")), (0, 0, 0, 1, 0)),
    Case("renamed_already", rename(("Old", "A")), (0, 0, 0, 0, 0)),
    Case("renamed_missing", rename(("X", "Y")), FAILED),
    Case("renamed_misspelt", rename(("a", "B")), FAILED),
    Case("renamed_taken", rename(("A", "B")), FAILED),
    Case("renamed_too_like", rename(("A", "b")), FAILED),
    Case("renamed_case_only", rename(("A", "a")), (0, 0, 0, 1, 0)),
    Case("renamed_chain", rename(("A", "Y"), ("Y", "Z")), (0, 0, 0, 2, 0)),
    Case("renamed_swap", rename(("A", "B"), ("B", "A")), FAILED),
    Case("renamed_then_modified", rename(("A", "Z")) + MODIFIED + block("Z", "one", "two", "x"),
         (0, 1, 0, 1, 0)),
    Case("renamed_then_added", rename(("A", "Z")) + ADDED + block("A"), (1, 0, 0, 1, 0)),
    Case("renamed_then_removed", rename(("A", "Z")) + remove("Z"), (0, 0, 1, 1, 0)),
    Case("everything",
         ADDED + block("C") + MODIFIED + block("B", text="It MUST.") + remove("D")
         + rename(("A", "Z")), (1, 1, 1, 1, 0), spec(block("A"), block("B"), block("D"))),
    unchecked("half_rename", "## RENAMED Requirements\nFROM: ### Requirement: A\n", FAILED),
    unchecked("added_twice", ADDED + block("C") + block("C"), FAILED),
    unchecked("modified_twice", MODIFIED + block("B") + block("B"), FAILED),
    unchecked("removed_twice", remove("A", "A"), FAILED),
    unchecked("renamed_twice", rename(("A", "Y"), ("A", "Z")), FAILED),
    unchecked("renamed_to_one", rename(("A", "Z"), ("B", "Z")), FAILED),
    unchecked("renamed_and_removed", rename(("A", "Z")) + remove("a"), FAILED),
    unchecked("renamed_and_modified_by_old_name",
              rename(("A", "Z")) + MODIFIED + block("A", "one", "two"), FAILED),
    unchecked("renamed_and_added", rename(("A", "Z")) + ADDED + block("Z"), FAILED),
    unchecked("modified_and_removed", MODIFIED + block("B") + remove("B"), FAILED),
    unchecked("modified_and_added", MODIFIED + block("B") + ADDED + block("B"), FAILED),
    unchecked("added_and_removed", ADDED + block("C") + remove("C"), FAILED),
    unchecked("nothing_in_it", ADDED, FAILED),
    unchecked("no_sections", "# Notes\n", FAILED),
    unchecked("nameless_twice", MODIFIED + "### Requirement: \nIt MUST.\n", FAILED),
    unchecked("disorder", ADDED + block("C"), FAILED, BASE + "\n## ADDED Requirements\n"),
    unchecked("disorder_outside", ADDED + block("C"), FAILED,
              BASE + "\n## More\n\n" + block("D")),
    unchecked("disorder_twice", ADDED + block("C"), FAILED, spec(block("A"), block("A"))),
    unchecked("twins_without_blank", rename(("A", "Z")) + ADDED + block("C"), (1, 0, 0, 1, 0),
              spec("###Requirement: A\nIt MUST one.\n", "###Requirement: A\nIt MUST two.\n")),
    unchecked("twins_modified", MODIFIED + block("A"), (0, 1, 0, 0, 0),
              spec("###Requirement: A\nIt MUST.\n", block("B"), "###Requirement: A\nTwo.\n")),
    Case("orphan", ADDED + block("C") + "\n## Notes\n" + block("D"), (1, 0, 0, 0, 1)),
    Case("orphan_on_top", block("D") + ADDED + block("C"), (1, 0, 0, 0, 1)),
]  # fmt: skip

NEW = [
    Case("new", ADDED + block("A"), (1, 0, 0, 0, 0), None),
    Case("new_with_removal", ADDED + block("A") + remove("B"), (1, 0, 0, 0, 1), None),
    Case("new_modified", MODIFIED + block("A"), FAILED, None),
    Case("new_renamed", rename(("A", "B")), FAILED, None),
    Case("new_only_removal", remove("B"), RESULT, None),
    Case("new_purpose", f"## Purpose\n{PURPOSE}\n\n" + ADDED + block("A"), (1, 0, 0, 0, 0), None),
    Case("new_short_purpose", "## Purpose\nLights.\n" + ADDED + block("A"), (1, 0, 0, 0, 1), None),
    Case("new_purpose_in_comment", f"<!--\n## Purpose\n{PURPOSE}\n-->\n" + ADDED + block("A"),
         (1, 0, 0, 0, 0), None),
    Case("new_purpose_with_comment", f"## Purpose\n{PURPOSE}\n<!-- x --!>\n" + ADDED + block("A"),
         (1, 0, 0, 0, 1), None),
    Case("new_purpose_only_comment", "## Purpose\n<!-- write it -->\n" + ADDED + block("A"),
         (1, 0, 0, 0, 0), None),
    Case("new_purpose_only_fence", "## Purpose\n```\nx\n```\n" + ADDED + block("A"),
         (1, 0, 0, 0, 0), None),
    Case("new_purpose_with_fence", f"## Purpose\n{PURPOSE}\n```\n\n\n\nx\n```\n" + ADDED
         + block("A"), (1, 0, 0, 0, 0), None),
    Case("new_purpose_with_title", f"## Purpose\n# Top\n{PURPOSE}\n" + ADDED + block("A"),
         (1, 0, 0, 0, 1), None),
    Case("new_purpose_with_block",
         f"## Purpose\n{PURPOSE}\n" + block("Q") + ADDED + block("A"), (1, 0, 0, 0, 2), None),
    Case("new_deep", ADDED + block("A"), (1, 0, 0, 0, 0), None,
         {"changes/it/specs/area/part/spec.md": ADDED + block("B"),
          "changes/it/specs/lamp/spec.md": None}),
    Case("old_purpose", f"## Purpose\nAnother. {PURPOSE}\n" + ADDED + block("C"),
         (1, 0, 0, 0, 1)),
    Case("old_purpose_same", f"## Purpose\n{PURPOSE}\n" + ADDED + block("C"), (1, 0, 0, 0, 0)),
]  # fmt: skip

TEXTS = [
    Case("crlf", ADDED + block("C"), (1, 0, 0, 0, 0), BASE.replace("\n", "\r\n")),
    Case("crlf_delta", (ADDED + block("C")).replace("\n", "\r\n"), (1, 0, 0, 0, 0)),
    Case("mostly_lf", ADDED + block("C"), (1, 0, 0, 0, 0), BASE.replace("\n", "\r\n", 2)),
    Case("half_crlf", ADDED + block("C"), (1, 0, 0, 0, 0),
         "\r\n".join(BASE.split("\n")[: BASE.count("\n") // 2 + 1]) + "\n"
         + "\n".join(BASE.split("\n")[BASE.count("\n") // 2 + 1 :])),
    Case("cr", ADDED + block("C"), (1, 0, 0, 0, 0), BASE.replace("\n", "\r")),
    Case("bom", ADDED + block("C"), (1, 0, 0, 0, 0), "\ufeff" + BASE),
    Case("bom_delta", "\ufeff" + ADDED + block("C"), (1, 0, 0, 0, 0)),
    Case("not_utf8", ADDED + block("C"), (1, 0, 0, 0, 0), BASE.encode() + b"caf\xe9 \xf0\x9f\n"),
    Case("no_final_newline", ADDED + block("C"), (1, 0, 0, 0, 0), BASE.rstrip("\n")),
    Case("blank_runs", ADDED + block("C"), (1, 0, 0, 0, 0),
         BASE.replace("\n\n", "\n\n\n\n \n\n\n") + "```\n\n\n\nx\n```\n\n\n\n"),
    Case("preamble_and_rest", ADDED + block("C"), (1, 0, 0, 0, 0),
         spec("Some words.\n\n", block("A"), after="\n## Notes\n\nx\n\n\n## More\ny\n")),
    Case("spaced_header", ADDED + block("C"), (1, 0, 0, 0, 0),
         BASE.replace("## Requirements", "##   requirements  ")),
    Case("closing_hashes", MODIFIED + "### Requirement: A ###\nIt SHALL.\n\n#### Scenario: one\n"
         "- x\n\n#### Scenario: two\n- y\n", (0, 1, 0, 0, 0)),
    Case("wide_blanks", ADDED + block("C"), (1, 0, 0, 0, 0),
         BASE.replace("- **WHEN** x", "- **WHEN** x\u00a0\u3000") + "\u2028\ufeff\n"),
    Case("emoji", ADDED + block("C 🔲"), (1, 0, 0, 0, 0), BASE.replace("lamp", "лампа 🔲")),
    unchecked("no_requirements", ADDED + block("C"), (1, 0, 0, 0, 0),
              "# lamp\r\n\r\n## Purpose\r\nIt is.\r\n\r\n\r\n\r\nx"),
    unchecked("no_requirements_bom", ADDED + block("C"), (1, 0, 0, 0, 0), "\ufeff# lamp\n\n\n\nx"),
    unchecked("empty_file", ADDED + block("C"), (1, 0, 0, 0, 0), ""),
    Case("no_requirements_checked", ADDED + block("C"), (1, 0, 0, 0, 0),
         f"# lamp\n\n## Purpose\n{PURPOSE}\n"),
    Case("no_purpose", ADDED + block("C"), RESULT, "## Requirements\n\n" + block("A")),
    Case("already_invalid", ADDED + block("C"), RESULT, BASE + "\n### Stray\n"),
    Case("tail_lost", MODIFIED + block("A"), (0, 1, 0, 0, 1),
         spec(block("A") + "\n## Requirements 2\n")[: -len("\n## Requirements 2\n")] + NOTE,
         options=UNCHECKED),
    Case("tail_removed", remove("A"), (0, 0, 1, 0, 1), spec(block("B"), block("A")) + NOTE,
         options=UNCHECKED),
    Case("tail_kept", MODIFIED + block("A", text="It MUST.") + NOTE, (0, 1, 0, 0, 0),
         spec(block("A")) + NOTE, options=UNCHECKED),
    Case("tail_kept_once_of_two", MODIFIED + block("A", text="It MUST.") + NOTE, (0, 1, 0, 0, 1),
         spec(block("A")) + NOTE + NOTE, options=UNCHECKED),
    Case("tail_renamed", rename(("A", "Z")), (0, 0, 0, 1, 0), spec(block("A")) + NOTE,
         options=UNCHECKED),
    Case("tail_in_fence", remove("A"), (0, 0, 1, 0, 0),
         spec(block("B"), block("A", steps="```\n# no header\n```\n"))),
]  # fmt: skip


def retired(name, base, outcome, metadata=RETIRES, delta=None, options=("--yes",)):
    """A case in which the only requirement goes."""
    files = {"changes/it/.openspec.yaml": metadata} if metadata else {}
    return Case(name, delta or remove("A"), outcome, base, files, options)


def lone(steps="- **WHEN** x\n- **THEN** y\n", **more):
    """A spec with one requirement."""
    return spec(block("A", steps=steps), **more)


GONE = (0, 0, 1, 0, 1)
RETIREMENT = [
    retired("retired", LONE, GONE),
    retired("retired_after_rename", LONE, (0, 0, 1, 1, 1),
            delta=rename(("A", "Z")) + remove("Z")),
    retired("retired_crlf", LONE.replace("\n", "\r\n"), GONE),
    retired("retired_undeclared", LONE, RESULT, None),
    retired("retired_unhonoured", LONE, RESULT, "retire_capabilities: true\n"),
    retired("retired_false", LONE, RESULT, "schema: spec-driven\nretire_capabilities: false\n"),
    retired("retired_unchecked", LONE, (0, 0, 1, 0, 0), options=UNCHECKED),
    retired("retired_already", spec(), RESULT, delta=remove("Gone")),
    retired("not_retired_with_one_left", spec(block("A"), block("B")), (0, 0, 1, 0, 0)),
    retired("retire_new", None, (0, 0, 0, 0, 1)),
    retired("retire_preamble", LONE.replace("Requirements\n", "Requirements\nHi\n"), RESULT),
    retired("retire_later_section", lone(after="\n## Notes\nx\n"), RESULT),
    retired("retire_earlier_section", lone(before="## Scope\nx\n\n"), RESULT),
    retired("retire_second_title", lone(title="# lamp\n\n# more\n\n"), RESULT),
    retired("retire_title_in_purpose", lone(purpose=f"{PURPOSE}\n# x"), RESULT),
    retired("retire_prose_on_top", lone(title="Hello.\n\n"), RESULT),
    retired("retire_fence_on_top", lone(title="```\n# x\n```\n"), RESULT),
    retired("retire_fence_in_purpose", lone(purpose=f"{PURPOSE}\n```\n## x\n```"), GONE),
    retired("retire_underlined_purpose", lone(purpose=f"{PURPOSE}\n==="), RESULT),
    retired("retire_line_in_purpose", lone(purpose=f"{PURPOSE}\n\n==="), GONE),
    retired("retire_html_in_purpose", lone(purpose=f"{PURPOSE}\n <H2>x</H2>"), RESULT),
    retired("retire_no_title", lone(title=""), GONE),
    retired("retire_indented_title", lone(title="  # lamp\n\n"), GONE),
    retired("retire_note_below", LONE + "\n- a note\n", RESULT),
    retired("retire_prose_below", LONE + "\nAnd more.\n", RESULT),
    retired("retire_table", LONE + "| a | b |\n", RESULT),
    retired("retire_table_above", spec(block("A", text="It SHALL.\n| a |")), RESULT),
    retired("retire_html_above", spec(block("A", text="It SHALL.\n<br>")), RESULT),
    retired("retire_list_above", spec(block("A", text="It SHALL:\n- a\n- b")), GONE),
    retired("retire_prose_above", spec(block("A", text="It SHALL.\n\nAnd more.")), GONE),
    retired("retire_heading_inside", LONE + NOTE, RESULT),
    retired("retire_other_scenario_header", LONE.replace("#### Scenario: s", "#### Case s"),
            GONE),
    retired("retire_lower_scenario", LONE.replace("Scenario: s", "scenario: s"), GONE),
    retired("retire_two_scenarios", spec(block("A", "s", "t")), GONE),
    retired("retire_blank_before_steps", LONE.replace("s\n- **WHEN", "s\n\n- **WHEN"), GONE),
    retired("retire_blank_between_steps", LONE.replace("x\n- **THEN", "x\n\n- **THEN"), RESULT),
    retired("retire_fence_in_steps", lone("- a\n```\n# x\n```\n- b\n"), GONE),
    retired("retire_wrapped", lone("- **WHEN** x\n  goes on\n- **THEN** y\n"), GONE),
    retired("retire_wrapped_flush", lone("- **WHEN** x\ngoes on\n- **THEN** y\n"), GONE),
    retired("retire_wrapped_quote", lone("- **WHEN** x\n> quote\n"), RESULT),
    retired("retire_wrapped_rule", lone("- **WHEN** x\n* * *\n"), GONE),
    retired("retire_nested", lone("- a\n  - b\n    c\n- d\n"), GONE),
    retired("retire_nested_heading", lone("- a\n  ## b\n"), RESULT),
    retired("retire_wide_marker", lone("100. a\n     b\n"), GONE),
    retired("retire_wide_marker_heading", lone("100. a\n     ## b\n"), RESULT),
    retired("retire_nested_html", lone("- a\n  <h2>b</h2>\n"), RESULT),
    retired("retire_plus", lone("+ a\n+ b\n"), GONE),
    retired("retire_ten_digits", lone("1234567890. a\n"), RESULT),
    retired("retire_underline", lone("- a\n  b\n  ---\n"), RESULT),
    retired("retire_tab", lone("-\ta\n\tb\n"), GONE),
    retired("retire_after_nested", lone("- a\n  > b\nc\n"), RESULT),
    retired("retire_no_steps", lone("It does.\n"), RESULT),
    retired("retire_long_line", LONE + "\n" + "x" * 300 + "\n\na\n\nb\n\nc\n\nd\x1b[1m\n", RESULT),
]  # fmt: skip

STEPS = [
    Case("nothing", None, None),
    Case("nothing_skip", None, None, files={"changes/it/.openspec.yaml": SKIPS}),
    Case("skip_but_specs", ADDED + block("C"), INVALID,
         files={"changes/it/.openspec.yaml": SKIPS}),
    Case("skip_but_notes", None, INVALID, files={
        "changes/it/.openspec.yaml": SKIPS, "changes/it/specs/lamp/notes.txt": "x"}),
    Case("skip_unhonoured", None, INVALID, files={
        "changes/it/.openspec.yaml": "skip_specs: true\n"}),
    Case("root_delta", ADDED + block("C"), INVALID, files={"changes/it/specs/spec.md": "x"}),
    Case("stray_delta", ADDED + block("C"), INVALID,
         files={"changes/it/specs/lamp/other.md": ADDED + block("D")}),
    Case("stray_notes", ADDED + block("C"), (1, 0, 0, 0, 0),
         files={"changes/it/specs/lamp/other.md": "# notes\n"}),
    Case("invalid_delta", ADDED + "### Requirement: C\nIt SHALL.\n", INVALID),
    Case("invalid_but_unchecked", ADDED + "### Requirement: C\nIt SHALL.\n", (1, 0, 0, 0, 0),
         options=UNCHECKED),
    Case("invalid_but_skipped", ADDED + "### Requirement: C\nIt SHALL.\n", None,
         options=("--yes", "--no-validate", "--skip-specs")),
    Case("header_in_fence_only", "```\n## ADDED Requirements\n```\n", INVALID),
    Case("header_over_two_lines", "##\nADDED Requirements\n", INVALID),
    Case("no_delta_header", "# Notes\n", FAILED),
    Case("skip_specs", ADDED + block("C"), None, options=("--yes", "--skip-specs")),
    Case("unconfirmed", ADDED + block("C"), "archive_confirmation_required", options=()),
    Case("unconfirmed_bad_merge", ADDED + block("b"), "archive_confirmation_required",
         options=()),
    Case("unconfirmed_unchecked", None, "archive_confirmation_required",
         options=("--no-validate",)),
    Case("unconfirmed_nothing", None, None, options=()),
    Case("open_tasks", ADDED + block("C"), "archive_tasks_incomplete",
         files={"changes/it/tasks.md": "- [x] a\n- [ ] b\n"}, options=()),
    Case("open_tasks_yes", ADDED + block("C"), (1, 0, 0, 0, 0),
         files={"changes/it/tasks.md": "- [x] a\n- [ ] b\n- [ ] c\n"}),
    Case("invalid_before_tasks", ADDED + "### Requirement: C\n", INVALID,
         files={"changes/it/tasks.md": "- [ ] b\n"}, options=()),
    Case("folder_of_changes", None, "archive_change_is_namespace_folder",
         files={"changes/it/one/proposal.md": "x", "changes/it/proposal.md": None}),
    Case("second_delta_fails", ADDED + block("C"), FAILED, files={
        "changes/it/specs/zebra/spec.md": MODIFIED + block("Z")}),
    Case("second_result_fails", ADDED + block("C"), RESULT, files={
        "specs/zebra/spec.md": "## Requirements\n" + block("Q"),
        "changes/it/specs/zebra/spec.md": ADDED + block("Z")}),
    Case("synced_but_invalid", ADDED + block("A", "one", "two"), RESULT,
         BASE + "\n### Stray\n"),
    Case("two_specs", ADDED + block("C"), (2, 0, 1, 0, 0), files={
        "specs/a/b/spec.md": spec(block("P"), block("Q")),
        "changes/it/specs/a/b/spec.md": ADDED + block("Z") + remove("P")}),
    Case("evidence", ADDED + block("C"), (1, 0, 0, 0, 0), files={
        "changes/it/evidence/run.log": "x\n", "changes/it/.hidden/y": "z", "changes/it/openspec/a":
        "b"}),
]  # fmt: skip

CASES = [*MERGES, *NEW, *TEXTS, *RETIREMENT, *STEPS]


def write_case(folder, case):
    """Write a case's project below an openspec/ folder."""
    files = {"changes/it/proposal.md": "# Change: it\n"}
    if case.base is not None:
        files["specs/lamp/spec.md"] = case.base
    if case.delta is not None:
        files["changes/it/specs/lamp/spec.md"] = case.delta
    files.update(case.files)
    for path, text in files.items():
        if text is None:
            continue
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
