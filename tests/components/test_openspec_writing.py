"""Who wrote something through the node is told, whatever else is read at that moment."""

import pytest

from geometry_ws.components.openspec.writing import ServedWriting
from geometry_ws.protocol.writing import ArchiveChange
from tests.components.served_project import CALLER, answer, serving, write_project


@pytest.mark.parametrize("dry", [False, True])
def test_what_was_read_before_a_write_does_not_tell_it_as_nobodys(tmp_path, dry):
    """A save of before is still being published while somebody archives."""
    tasks = "- [x] 1.1 Do\n"
    folder = write_project(tmp_path, {"changes/dim/tasks.md": tasks, "changes/dim/proposal.md": ""})
    for served in serving(folder):
        project = served.find(None)
        in_thread = served.in_thread

        def late(work, *given, in_thread=in_thread, project=project, **named):
            result = in_thread(work, *given, **named)
            project.advance()  # of the reload that came before
            return result

        served.in_thread = late
        request = ArchiveChange(change="dim", validate=False, skip_specs=True, dry_run=dry)
        answer(ServedWriting(served).archive_change(CALLER, request))
        published = [said for said in served.announced if said.events]
        assert [said.by is not None for said in published] == ([] if dry else [True])
        (folder / "openspec/changes/other").mkdir()
        (folder / "openspec/changes/other/proposal.md").write_text("# other\n")
        project.store.reload()
        project.advance()
        assert set(project.state.changes) == ({"dim", "other"} if dry else {"other"})
