"""`geometry-ws access`, as it is typed."""

import re
import sys

import pytest

from geometry_ws.access.file import FILE, read_register
from geometry_ws.access.register import Lookup
from geometry_ws.cli import main
from geometry_ws.node.addresses import BadAddressToShow, check_url, read_address, write_address

LINK = re.compile(r"http://localhost:8081/#t=([0-9A-Za-z_-]{43})\n")


@pytest.fixture
def access(tmp_path):
    return lambda *words: main(["access", *words, "--state", str(tmp_path / "state")])


@pytest.fixture
def register(tmp_path):
    return lambda: read_register(tmp_path / "state" / "state" / FILE)


def test_somebody_gets_a_link_and_nothing_else_is_on_standard_output(access, register, capsys):
    assert access("add", "ann", "--role", "reviewer", "--for", "8h", "--note", "her phone") == 0
    said = capsys.readouterr()
    token = LINK.fullmatch(said.out)[1]
    assert "ann, reviewer, to be opened once, within 24 hours" in said.err
    assert "--listen or --public" in said.err
    person = register().people[0]
    assert (person.name, person.role, person.note) == ("ann", "reviewer", "her phone")
    assert person.until - person.made == 8 * 3600
    assert Lookup(register()).find(token, person.made, ("link",))


def test_a_program_gets_a_token_that_a_file_can_have(access, register, capsys):
    assert access("add", "ci", "--role", "program", "--token") == 0
    token = capsys.readouterr().out.removesuffix("\n")
    admitted = Lookup(register()).find(token, register().people[0].made, ("key",))
    assert (admitted.person, admitted.role) == ("ci", "program")


def test_the_list_says_who_has_access(access, capsys):
    assert access("list") == 0
    assert "Nobody has access" in capsys.readouterr().err
    access("add", "zoe", "--role", "viewer")
    access("add", "ann", "--role", "maintainer", "--for", "8h", "--note", "desk")
    capsys.readouterr()
    assert access("list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "ann  maintainer  never seen; for another 8 hours  desk",
        "zoe  viewer  never seen",
    ]


def test_another_link_needs_somebody_and_a_revocation_ends_all(access, register, capsys):
    assert access("link", "ann") == 1
    assert "Nobody is named 'ann' here" in capsys.readouterr().err
    access("add", "ann", "--role", "viewer")
    assert access("link", "Ann") == 0
    assert len(register().tokens) == 2
    assert access("revoke", "ANN") == 0
    assert (register().people, register().tokens) == ((), ())
    assert access("revoke", "ann") == 1


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["add"], 2, "Name somebody"),
        (["add", "ann"], 2, "Say what ann may"),
        (["add", "a b", "--role", "viewer"], 1, "can't be a name"),
        (["add", "guest", "--role", "viewer"], 1, "means something else"),
        (["link", "ann", "--role", "viewer"], 2, "belong to access add"),
        (["list", "ann"], 2, "takes no name"),
        (["add", "ann", "--role", "viewer", "--at", "ftp://x"], 1, "is no address"),
        (["add", "ann", "--role", "viewer", "--at", "https://x/a?b"], 1, "an address can't have"),
    ],
)
def test_what_is_typed_wrong_is_told_in_a_sentence(
    access, register, capsys, words, status, sentence
):
    assert access(*words) == status
    assert sentence in capsys.readouterr().err
    assert register().people == ()


@pytest.mark.parametrize("words", [["--role", "root"], ["--role", "viewer", "--for", "soon"]])
def test_roles_and_times_are_checked(access, capsys, words):
    with pytest.raises(SystemExit):
        access("add", "ann", *words)
    assert "usage:" in capsys.readouterr().err


def test_a_broken_file_is_not_written_over(access, tmp_path, capsys):
    access("add", "ann", "--role", "viewer")
    file = tmp_path / "state" / "state" / FILE
    file.write_text("{")
    assert access("add", "bob", "--role", "viewer") == 1
    assert "repair it, or delete it" in capsys.readouterr().err
    assert file.read_text() == "{"


def test_a_terminal_shows_the_link_as_a_qr_code_that_says_the_same(access, capsys, monkeypatch):
    made = []
    import segno

    make = segno.make
    monkeypatch.setattr(segno, "make", lambda text, **given: made.append(text) or make(text))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    access("add", "ann", "--role", "viewer")
    lines = capsys.readouterr().out.splitlines()
    assert made == [lines[0]]
    assert len(lines) > 15
    access("link", "ann", "--no-qr")
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_links_have_the_address_that_the_node_was_started_with(access, tmp_path, capsys):
    access("list")
    write_address(tmp_path / "state", "https://board.example/", outside=True)
    capsys.readouterr()
    access("add", "ann", "--role", "viewer")
    said = capsys.readouterr()
    assert said.out.startswith("https://board.example/#t=")
    assert "--listen" not in said.err
    access("link", "ann", "--at", "192.168.1.7:9000")
    assert capsys.readouterr().out.startswith("http://192.168.1.7:9000/#t=")


@pytest.mark.parametrize("text", [b"", b"[]", b'{"url": 1}', b"\xff"])
def test_an_address_that_cannot_be_read_is_this_machine(tmp_path, text):
    (tmp_path / "address").write_bytes(text)
    assert read_address(tmp_path).url == "http://localhost:8081/"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://Board.Example", "https://board.example/"),
        ("https://board.example:443/", "https://board.example/"),
        ("http://[fd00::1]:8081", "http://[fd00::1]:8081/"),
        ("board.example", "http://board.example/"),
        ("https://host.example/board", "https://host.example/board/"),
        ("https://host.example:8443/a/b/", "https://host.example:8443/a/b/"),
    ],
)
def test_addresses_are_taken_as_people_write_them(text, url):
    assert check_url(text) == url


@pytest.mark.parametrize(
    "path", ["/../x", "/a/./b", "/a//b", "/a%2fb", '/a"b', "/a b", "/a?b", "/?", "/#", "/ü"]
)
def test_a_path_is_of_plain_words(path):
    with pytest.raises(BadAddressToShow):
        check_url(f"https://host.example{path}")
