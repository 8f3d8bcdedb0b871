"""Every project at and below a folder, within bounds, with a real git for what it ignores."""

import os
import time
from pathlib import Path

import pytest

from geometry_ws.openspec.disk import find_roots as module
from geometry_ws.openspec.disk.find_roots import RootFinder, find_roots
from tests.openspec.base_cases import Git, needs_git


def make(top, *places, name="openspec", part="changes"):
    for place in places:
        (top / place / name / part).mkdir(parents=True)


def paths(top, **more):
    return [str(root.relative_to(top)) for root in find_roots(top, **more)]


def test_projects_are_there_at_every_depth_the_outer_ones_first(tmp_path):
    make(tmp_path, ".", "packages/b", "packages/a", "apps/web/front")
    make(tmp_path, "tools", part="specs")
    (tmp_path / "settings/openspec").mkdir(parents=True)
    (tmp_path / "settings/openspec/config.yaml").write_text("schema: spec-driven\n")
    assert paths(tmp_path) == [
        ".",
        "settings",
        "tools",
        "packages/a",
        "packages/b",
        "apps/web/front",
    ]


def test_what_only_has_the_name_is_none_and_within_a_project_none_is_looked_for(tmp_path):
    (tmp_path / "code/openspec/format").mkdir(parents=True)
    (tmp_path / "file").mkdir()
    (tmp_path / "file/openspec").write_text("no folder")
    make(tmp_path, "a", "a/openspec/changes/x")
    assert paths(tmp_path) == ["a"]


def test_hidden_folders_and_node_modules_are_passed_over(tmp_path):
    make(tmp_path, ".cache/a", "node_modules/b", "web/node_modules/c/d", "e")
    assert paths(tmp_path) == ["e"]


def test_links_are_not_followed_but_for_a_project_s_own_folder_within(tmp_path):
    top, away = tmp_path / "top", tmp_path / "away"
    make(top, "real")
    make(away, "out")
    (top / "link").symlink_to(top / "real")
    (top / "outward").symlink_to(away)
    (top / "shares").mkdir()
    (top / "shares/openspec").symlink_to(away / "out/openspec")
    assert paths(top) == ["real"]
    (top / "again").mkdir()
    (top / "again/openspec").symlink_to(top / "real/openspec")
    # It is there once, whatever leads to it.
    assert len(paths(top)) == 1
    (top / "stored/specs").mkdir(parents=True)
    (top / "uses").mkdir()
    (top / "uses/openspec").symlink_to(top / "stored")
    assert "uses" in paths(top)


def test_another_name_may_be_wished(tmp_path):
    make(tmp_path, "a")
    make(tmp_path, "b", name="spec-work")
    make(tmp_path, "c", name=".openspec")
    assert paths(tmp_path, name="spec-work") == ["b"]
    assert paths(tmp_path, name=".openspec") == ["c"]


def test_the_search_is_bounded_in_depth_and_number_and_says_so(tmp_path, monkeypatch):
    deep = "/".join(["x"] * module.MOST_DEPTH)
    make(tmp_path, deep, f"{deep}/x")
    assert paths(tmp_path) == [deep]
    monkeypatch.setattr(module, "MOST_FOLDERS", 20)
    make(tmp_path, *(f"many/{number:02}" for number in range(40)))
    finder = RootFinder(tmp_path)
    assert len(finder.look()) < 40
    assert "too many folders" in finder.notice
    monkeypatch.setattr(module, "MOST_FOLDERS", 1000)
    monkeypatch.setattr(module, "MOST_ROOTS", 3)
    assert len(finder.look()) == 3
    assert finder.notice.startswith("Only 3 of 41 projects")


def test_a_folder_that_is_gone_or_closed_is_none(tmp_path):
    finder = RootFinder(tmp_path / "nowhere")
    assert finder.look() == []
    assert finder.notice == ""


def test_new_ones_are_seen_and_those_that_went_too(tmp_path):
    make(tmp_path, "a")
    settle(tmp_path)
    finder = RootFinder(tmp_path)
    assert names(finder) == ["a"]
    make(tmp_path, "b/c")
    assert names(finder) == ["a", "c"]
    (tmp_path / "a/openspec/changes").rmdir()
    assert names(finder) == ["c"]


def test_what_did_not_change_is_not_listed_again(tmp_path, monkeypatch):
    make(tmp_path, *(f"p{number}" for number in range(20)))
    settle(tmp_path)
    finder = RootFinder(tmp_path)
    assert len(finder.look()) == 20
    listed = []
    scan = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(path) or scan(path))
    assert len(finder.look()) == 20
    assert listed == []


def names(finder):
    return [root.name for root in finder.look()]


def settle(top):
    """Let folders look as if they had changed a while ago."""
    earlier = time.time() - 60
    for folder in (top, *top.rglob("*")):
        os.utime(folder, (earlier, earlier))


@pytest.fixture
def repository(tmp_path):
    top = tmp_path / "shop"
    make(top, "a", "build/b", "c/out/d")
    (top / "a/openspec/changes/x").mkdir()
    (top / "a/openspec/changes/x/tasks.md").write_text("- [ ] 1.1 Do\n")
    (top / ".gitignore").write_text("build/\nout/\n")
    git = Git(top)
    git.commit()
    return top, git


@needs_git
def test_what_git_ignores_is_passed_over(repository):
    top, _ = repository
    assert paths(top) == ["a"]
    finder = RootFinder(top)
    assert names(finder) == ["a"]
    (top / ".gitignore").write_text("build/\n")
    assert names(finder) == ["a", "d"]


@needs_git
def test_git_is_asked_about_new_folders_only(repository, monkeypatch):
    top, _ = repository
    asked = []
    run = module.run_git

    def counting(place, words, given=b"", **more):
        asked.append(given)
        return run(place, words, given, **more)

    monkeypatch.setattr(module, "run_git", counting)
    finder = RootFinder(top)
    finder.look()
    before = len(asked)
    finder.look()
    assert len(asked) == before
    make(top, "new")
    assert "new" in names(finder)
    assert [Path(os.fsdecode(given.strip(b"\0"))).name for given in asked[before:]] == ["new"]


@needs_git
def test_other_work_trees_are_no_projects_of_their_own_but_other_repositories_are(repository):
    top, git = repository
    git("worktree", "add", "-q", "-b", "knob", str(top / "trees/knob"))
    make(top, "vendor/theirs")
    Git(top / "vendor/theirs")
    assert paths(top) == ["a", "vendor/theirs"]
