"""What a large project holds in memory: its documents once, and nothing that can be made again."""

from geometry_ws.components.openspec.authorship import Authors
from geometry_ws.components.openspec.snapshots import Snapshots
from geometry_ws.openspec.disk.reader import Reader
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.sources import Source

DELTA = "## ADDED Requirements\n\n### Requirement: Dimming\nThe lamp MUST dim.\n"


def test_what_was_parsed_is_forgotten_and_parsed_again_where_it_is_asked_for(project):
    project.change("a", delta=DELTA)
    store = Store(project.folder)
    store.load()
    delta = store.files.changes["a"].deltas["lamp"]
    source = store.files.specs["lamp"]
    before = source.spec, source.structure, delta.delta
    store.files.forget_parsed()
    assert not {"spec", "structure", "delta", "text"} & {*source.__dict__, *delta.__dict__}
    again = source.spec, source.structure, delta.delta
    assert again == before
    assert all(new is not old for new, old in zip(again, before, strict=True) if new)


def test_kept_tasks_share_what_they_have_in_common(project, tmp_path):
    project.change("a", tasks="## 1. One\n- [ ] 1.1 a\n- [ ] 1.2 b\n## 2. Two\n- [ ] 1.1 c\n")
    project.change("b", tasks="## 1. One\n- [ ] 1.1 d\n")
    first = Store(project.folder, state=tmp_path / "state")
    first.load()
    first.save_states()
    store = Store(project.folder, state=tmp_path / "state")
    state = store.load()
    assert state == first.state
    tasks = [task for change in state.changes.values() for task in change.tasks]
    for name in ("file", "section", "number"):
        texts = [getattr(task, name) for task in tasks]
        assert len({id(text) for text in texts}) == len({*texts})


def test_the_tasks_of_all_changes_are_made_anew_once_nobody_asked(project, monkeypatch):
    project.change("a")
    store = Store(project.folder)
    snapshots = Snapshots(Authors())
    details = snapshots.details(store.load(), 2**20)
    assert snapshots.details(store.state, 2**20)[0] is details[0]
    snapshots.forget()
    # What lists know of a change already isn't worked out again.
    snapshots.infos(store.state)
    monkeypatch.setattr(snapshots, "_info", None)
    again = snapshots.details(store.state, 2**20)
    assert again == details
    assert again[0] is not details[0]


def test_a_reader_knows_what_lies_below_each_folder(tmp_path):
    for path in ("a/one.md", "a/b/two.md", "a/b/three.md", "c/four.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    reader = Reader(str(tmp_path))

    def read(path):
        return reader.read(str(tmp_path / path))

    first = {path: read(path) for path in ("a/one.md", "a/b/two.md", "a/b/three.md", "c/four.md")}
    reader.forget_all_but({str(tmp_path / "a/b/two.md")}, str(tmp_path / "a"))
    assert read("a/b/two.md") is first["a/b/two.md"]
    assert read("c/four.md") is first["c/four.md"]
    assert read("a/one.md") is not first["a/one.md"]
    assert read("a/b/three.md") is not first["a/b/three.md"]
    # A file that became a folder, and a folder that is forgotten as a whole.
    (tmp_path / "a/one.md").unlink()
    (tmp_path / "a/one.md").mkdir()
    (tmp_path / "a/one.md/five.md").write_text("five")
    five = read("a/one.md/five.md")
    reader.distrust(str(tmp_path / "a/one.md"))
    assert read("a/one.md/five.md") is five
    reader.forget_all_but(set(), str(tmp_path / "a"))
    reader.forget_all_but(set(), str(tmp_path / "a"))
    assert read("c/four.md") is first["c/four.md"]
    assert read("a/one.md/five.md") is not five


class Compared(str):
    """A path that counts how often it is compared with another one."""

    count = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Compared.count += 1
        return str.__eq__(self, other)


def test_of_a_flat_folder_each_file_is_forgotten_at_one_look():
    reader, source = Reader("/project"), Source(b"")
    for number in range(200):
        reader._keep(Compared(f"/project/specs/{number}"), None, source)
    Compared.count = 0
    reader.forget_all_but({"/project/specs/7"}, "/project/specs")
    assert Compared.count < 1000
    assert reader._within == {
        "/project": ["/project/specs"],
        "/project/specs": ["/project/specs/7"],
    }
