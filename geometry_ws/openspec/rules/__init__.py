"""The rules: what is valid, what is done, and what a delta makes of a spec's requirements. Pure.

The rules are the official tool's, in its version `geometry_ws.openspec.OFFICIAL_VERSION`: a finding
that it doesn't have is a fault here, but for links that lead out of the project, and for conflict
markers, which never change a verdict. The cases in tests/openspec/test_rules.py go to both tools
where the official one is installed (`make tools`).

validate_specs.py     findings of a main spec
validate_changes.py   findings of a change and its deltas
validate_tasks.py     findings of task lists
validate_links.py     findings of links that lead out of the project
validate_markers.py   findings of what git left of a merge
merge.py              a delta merged into requirements, or the reason why it can't be
artifacts.py          the documents of a change by its schema: done, ready, blocked
state.py              the state of a change and of a spec, from their documents
"""
