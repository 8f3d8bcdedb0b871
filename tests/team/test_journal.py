"""The journal: what was written is read again, whatever happened to the last line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.components.openspec.team import activity
from geometry_ws.team.journal import MOST_ENTRIES, Entry, Journal, fold, read, written
from geometry_ws.team.text import MINUTE

WORDS = st.text(max_size=12).filter(lambda text: text.isprintable())
ENTRIES = st.lists(
    st.builds(
        Entry,
        what=st.sampled_from(["ticked", "noted", "claimed", "asked"]),
        at=st.integers(0, 10**13),
        who=st.sampled_from(["", "ann", "otter-1"]),
        project=st.just("shop"),
        task=st.sampled_from(["add-login/1.1", "add-login/1.2", "add-login", "plain#3"]),
        text=WORDS,
    ),
    max_size=20,
)


def ticked(minute, task="add-login/1.1", who="otter-1", **more):
    return Entry("ticked", minute * MINUTE, who, "shop", task, **more)


@given(ENTRIES, st.binary(max_size=40))
def test_what_was_written_is_read_and_a_torn_line_costs_nothing_else(entries, torn):
    data = written(entries)
    assert list(read(data)) == entries
    cut = data[: max(len(data) - 3, 0)]
    assert list(read(cut)) == entries[:-1]
    assert list(read(cut + b"\n" + written(entries)))[-len(entries) :] == entries or not entries
    assert list(read(torn.replace(b"{", b"") + b"\n" + data)) == entries


@given(ENTRIES)
def test_folding_loses_no_happening(entries):
    entries.sort(key=lambda entry: entry.at)
    runs = fold(entries)
    assert sum(run.count for run in runs) == len(entries)
    assert [run.last for run in runs] == sorted(run.last for run in runs)
    assert all(run.first <= run.last for run in runs)


def test_ticks_in_one_change_are_a_run_and_a_pause_ends_it():
    entries = [ticked(0), ticked(5, "add-login/1.2"), ticked(6, who="ann"), ticked(50)]
    runs = fold(entries)
    assert [(run.who, run.count, run.tasks) for run in runs] == [
        ("otter-1", 2, ["add-login/1.1", "add-login/1.2"]),
        ("ann", 1, ["add-login/1.1"]),
        ("otter-1", 1, ["add-login/1.1"]),
    ]
    assert (runs[0].first, runs[0].last, runs[0].change) == (0, 5 * MINUTE, "add-login")


def test_a_run_of_writing_names_all_documents_the_last_of_very_many():
    def wrote(*texts):
        entries = [Entry("edited", at, "ann", "shop", "a", text) for at, text in enumerate(texts)]
        return [run.text for run in fold(entries)]

    assert wrote("proposal.md", "design.md", "proposal.md") == ["design.md, proposal.md"]
    assert wrote("a, b, …", "c") == ["…, a, b, c"]
    assert wrote(*"abcdefgh") == ["…, c, d, e, f, g, h"]


def test_it_is_asked_for_by_time_member_change_and_project():
    journal = Journal([ticked(0), ticked(60, "add-cart/1.1"), ticked(61, who="", maybe="ann")])
    assert [run.change for run in journal.runs()] == ["add-login", "add-cart", "add-login"]
    assert [run.maybe for run in journal.runs(who="ann")] == ["ann"]
    assert [run.change for run in journal.runs(change="add-cart")] == ["add-cart"]
    assert len(journal.runs(since=60 * MINUTE)) == 2
    assert journal.runs(project="house") == []


def test_memory_and_files_are_bounded(tmp_path, monkeypatch):
    journal = Journal(ticked(number) for number in range(2 * MOST_ENTRIES))
    assert len(list(journal)) == MOST_ENTRIES
    monkeypatch.setattr(activity, "MOST_BYTES", 1000)
    for number in range(100):
        activity.append(tmp_path, written([ticked(number)]))
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 2
    assert max(sizes) < 1200
    assert activity.read_files(tmp_path)[-1].at == 99 * MINUTE


def test_a_line_that_was_torn_by_a_kill_is_ended_first(tmp_path):
    activity.append(tmp_path, written([ticked(1)]))
    with (tmp_path / activity.FILE).open("ab") as file:
        file.write(b'{"what":"tick')
    activity.append(tmp_path, written([ticked(2)]))
    assert [entry.at for entry in activity.read_files(tmp_path)] == [MINUTE, 2 * MINUTE]
    assert (tmp_path / activity.FILE).stat().st_mode & 0o777 == 0o600


def test_a_link_in_its_place_is_not_written_through(tmp_path):
    target = tmp_path / "secret"
    target.write_text("mine")
    (tmp_path / activity.FILE).symlink_to(target)
    with pytest.raises(OSError):
        activity.append(tmp_path, b"x\n")
    assert target.read_text() == "mine"
