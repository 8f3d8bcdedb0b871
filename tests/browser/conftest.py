"""A real Chromium for the tests of this folder."""

import pathlib
from collections.abc import Iterator

import chromium
import pytest


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
