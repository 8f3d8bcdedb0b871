"""A release is refused unless it is whole, and nothing is uploaded by itself."""

import datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHANGELOG = """# Changelog

## [Unreleased]

## [0.2.0] - 2026-12-01

### Added

- A thing.

[Unreleased]: https://example.org/compare/v0.2.0...HEAD
[0.2.0]: https://example.org/releases/tag/v0.2.0
"""
WHOLE = ["index.html", "pages.html", "main-0123456789ab.js", "style-0123456789ab.css"]


@pytest.fixture(scope="module")
def release(load):
    return load(".ci/release.py")


def test_the_version_is_read_from_the_package(release):
    import geometry_ws

    text = (ROOT / "geometry_ws/__init__.py").read_text("utf-8")
    assert release.read_version(text) == geometry_ws.__version__


@pytest.mark.parametrize("text", ["", '__version__ = "1.0"', '__version__ = "1.0.0.dev1"'])
def test_a_version_is_three_numbers(release, text):
    with pytest.raises(release.Refused, match="three numbers"):
        release.read_version(text)


def test_the_date_is_read_from_the_changelog(release):
    assert release.read_date(CHANGELOG, "0.2.0") == datetime.date(2026, 12, 1)


@pytest.mark.parametrize(
    ("version", "text", "reason"),
    [
        ("0.3.0", CHANGELOG, "no section"),
        ("0.2.0", CHANGELOG.replace("2026-12-01", "soon"), "no date"),
        ("0.2.0", CHANGELOG.replace("\n[0.2.0]: ", "\n[0.2.1]: "), "no link"),
    ],
)
def test_a_changelog_that_says_too_little_is_refused(release, version, text, reason):
    with pytest.raises(release.Refused, match=reason):
        release.read_date(text, version)


def test_notes_without_a_version_are_seen(release):
    assert not release.has_unreleased(CHANGELOG)
    noted = CHANGELOG.replace("[Unreleased]\n", "[Unreleased]\n\n### Fixed\n\n- A fault.\n", 1)
    assert release.has_unreleased(noted)


@pytest.mark.parametrize("top", ["", "geometry_ws-0.2.0/"])
@pytest.mark.parametrize("missing", [None, *WHOLE])
def test_a_package_without_the_whole_dashboard_is_refused(release, top, missing):
    members = [f"{top}geometry_ws/web/dist/{name}" for name in WHOLE if name != missing]
    if missing is None:
        release.check_dashboard("a package", members)
        return
    with pytest.raises(release.Refused, match="the dashboard isn't in it"):
        release.check_dashboard("a package", members)


@pytest.mark.parametrize(
    ("changes", "tags", "text", "reason"),
    [
        (" M README.md\n", "", CHANGELOG, "aren't committed"),
        ("", "v0.2.0\n", CHANGELOG, "tagged already"),
        ("", "", CHANGELOG.replace("ed]\n", "ed]\n\n- A thing.\n", 1), "under [Unreleased]"),
    ],
)
def test_a_checkout_that_is_not_ready_is_refused(release, monkeypatch, changes, tags, text, reason):
    monkeypatch.setattr(release, "run", lambda *command: changes if "status" in command else tags)
    [sentence] = release.find_unfinished(text, "0.2.0")
    assert reason in sentence


def test_refusals_are_one_message_and_a_status(release, monkeypatch, capsys):
    def refuse(folder, dry):
        raise release.Refused("because")

    monkeypatch.setattr(release, "release", refuse)
    assert release.main(["--dry-run"]) == 1
    assert capsys.readouterr().err == "geometry_ws: no release: because\n"


@pytest.mark.slow
@pytest.mark.nodejs
def test_a_dry_run_builds_and_checks_everything_and_uploads_nothing(dry_run):
    said, made = dry_run
    assert "are as they should be" in said
    assert "git tag" not in said
    assert {path.name.rsplit(".", 1)[1] for path in made.iterdir()} == {"gz", "whl"}


def test_a_release_works_on_a_copy_of_what_git_has(release, tmp_path):
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    copy = release.copy_checkout(tmp_path)
    names = {path.relative_to(copy).as_posix() for path in copy.rglob("*")}
    assert {"setup.cfg", "geometry_ws/web/package.json", ".ci/build-dashboard"} <= names
    assert not names & {"geometry_ws/web/dist", "geometry_ws/web/node_modules", ".venv", ".git"}
