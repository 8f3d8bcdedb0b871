"""A real Chromium for the tests of this folder."""

import pathlib
from collections.abc import Callable, Iterator

import pytest

from tests.browser import chromium, firefox, pages_project
from tests.browser.pages import CHANGES, save
from tests.support.nodes import RunningNode


@pytest.fixture(scope="session")
def chromium_program() -> str:
    program = chromium.find()
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    return program


@pytest.fixture(scope="session")
def shared_browser(
    chromium_program: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[chromium.Browser]:
    started = chromium.Browser(chromium_program, tmp_path_factory.mktemp("profile"))
    yield started
    started.close()


@pytest.fixture
def browser(shared_browser: chromium.Browser) -> Iterator[chromium.Browser]:
    """The one browser of all tests; the tabs that a test opened are closed after it."""
    yield shared_browser
    for page in list(shared_browser.pages):
        shared_browser.forget(page)


@pytest.fixture
def other_browser(chromium_program: str, tmp_path: pathlib.Path) -> Iterator[chromium.Browser]:
    """A second process with a profile of its own."""
    started = chromium.Browser(chromium_program, tmp_path / "profile")
    yield started
    started.close()


@pytest.fixture(scope="session")
def firefox_window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[firefox.Firefox]:
    """The one window of Firefox of all tests that use it."""
    program = firefox.find()
    if program is None:
        pytest.skip("there is no Firefox on this machine")
    started = firefox.Firefox(program, tmp_path_factory.mktemp("firefox"))
    yield started
    started.close()


@pytest.fixture(scope="module")
def shop(
    start_shared_node: Callable[..., RunningNode], tmp_path_factory: pytest.TempPathFactory
) -> RunningNode:
    """A node with a project for pages; tests put back what they change."""
    return start_shared_node(pages_project.write(tmp_path_factory.mktemp("project") / "shop"))


@pytest.fixture
def polite(shop: RunningNode) -> Iterator[pathlib.Path]:
    """The folder of a change, as it was afterwards."""
    folder = shop.project / CHANGES / "polite-greeting"
    before = {path: path.read_text() for path in folder.rglob("*.md")}
    yield folder
    for path, text in before.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            save(path, text)
