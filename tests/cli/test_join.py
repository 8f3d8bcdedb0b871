"""`geometry-ws join`: what is wrong with how it is asked for is told in one sentence."""

import pytest

from geometry_ws.cli import main
from geometry_ws.cli.find_node import choose_project
from geometry_ws.node.folders import lock, prepare

BOARD = "https://board.example"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "shop/openspec").mkdir(parents=True)
    return tmp_path / "shop"


@pytest.fixture
def join(tmp_path):
    return lambda *words: main(["join", *map(str, words), "--state", str(tmp_path / "state")])


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("ftp://board.example", "begins with 'ftp'"),
        ("https://ann@board.example", "holds a user's name"),
    ],
)
def test_an_address_that_is_none_is_a_mistake_of_typing(join, project, capsys, address, sentence):
    assert join(address, project) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_a_folder_without_a_project_can_t_join(join, tmp_path, capsys):
    assert join(BOARD, tmp_path) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_project_that_a_node_here_shows_joins_no_other_board(join, project, tmp_path, capsys):
    with prepare(tmp_path / "state") as folders, lock(folders, "http://localhost:8081/"):
        assert join(BOARD, project) == 1
    assert "is shown already at http://localhost:8081/" in capsys.readouterr().err


def test_a_machine_gets_a_token_and_no_link(tmp_path, capsys):
    words = ["access", "add", "desk", "--role", "machine", "--state", str(tmp_path / "state")]
    assert main(words) == 1
    assert "--token > desk.token" in capsys.readouterr().err
    assert main([*words, "--token"]) == 0


def test_a_checkout_that_has_joined_is_the_project_that_commands_there_mean(tmp_path):
    def listed(*projects):
        return [{"project": name, "title": name, "machine": machine} for name, machine in projects]

    shop = tmp_path / "shop"
    joined = listed(("board", ""), ("desk_shop", "desk"), ("my_shop", ""))
    assert choose_project(joined, None, shop) == ("desk_shop", "desk_shop")
    both = listed(("board", ""), ("desk_shop", "desk"), ("lap_shop", "lap"))
    assert choose_project(both, None, shop) == (None, "")
    own = listed(("shop", ""), ("desk_shop", "desk"))
    assert choose_project(own, None, shop) == ("shop", "shop")
