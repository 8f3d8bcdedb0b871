"""The format: texts become values. Pure.

model.py       the values: specs, requirements, deltas, tasks, findings, a project's state
text.py        characters and lines as the official tool sees them
collation.py    the order of names, as the official tool's lists have it
collation_ascii.py  the order of ASCII characters, made by .ci/collation.mjs
conflict_markers.py  what git leaves where it can't merge two branches
headers.py     where the headers of a document stand
sections.py    headers, sections and names in Markdown
specs.py       a main spec: requirements and scenarios
changes.py     a change: the title of its proposal, and its deltas
task_lines.py  the lines of a task file: tasks, and what belongs to each
tasks.py       task lists: reading them, and setting one
task_edits.py  adding, rewording, moving and removing tasks
metadata.py    .openspec.yaml: a change's schema and markers
planning.py    priority, author and depends_on of a change, which only we read
config.py      config.yaml: the schema, the store, and what is wrong in it
schemas.py     workflow schemas: the artifacts of a change
templates.py   what the built-in schema's documents begin with, and how they are written
patterns.py    patterns of paths in schemas
sources.py     a document as it was read, parsed at most once for each question
origins.py     the requirement that a name in a delta stands for, through renames
linediff.py    the difference of two texts, line by line
yaml_text.py   YAML by version 1.2's core rules
worktrees.py   work trees, and copies of changes in them
errors.py      what can go wrong with a project
"""
