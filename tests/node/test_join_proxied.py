"""A machine joins through a proxy that speaks TLS, and comes back by itself when that is back."""

import pytest
import trustme

from tests.node.test_outside import proxied, write_certificate
from tests.support.gate import give, take_back
from tests.support.joining import call_as, info_of, joining, small_project, until, until_joined
from tests.support.outside import free_port


@pytest.mark.slow
@pytest.mark.parametrize("base", ["/", "/board/"])
def test_through_a_proxy_with_tls_it_joins_and_is_back_by_itself(node, tmp_path, monkeypatch, base):
    """Also where the board lies below a path of a host."""
    authority, port = trustme.CA(), free_port()
    pair = write_certificate(authority, tmp_path / "tls", "localhost")
    authority.cert_pem.write_to_path(str(tmp_path / "root.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
    folder = small_project(tmp_path / "shop")
    token = give(node, "far", "machine")
    board = f"https://localhost:{port}{base.rstrip('/')}"
    with joining(node, folder, token, board=f"{board}/") as process:
        with proxied(tmp_path, pair, port, node.port, base):
            assert until_joined(process) == f"Joined {board} as far; Ctrl-C ends it.\n"
            assert process.stdout.readline() == f"  shop: {board}/?project=far_shop\n"
            until(lambda: info_of(node, "far_shop"))
        until(lambda: info_of(node, "far_shop")["away"])
        said = process.stdout.readline()
        while not said.startswith("Away"):
            said = process.stdout.readline()
        (tmp_path / "nginx.pid").unlink(missing_ok=True)
        with proxied(tmp_path, pair, port, node.port, base):
            assert process.stdout.readline().startswith(f"Back at {board}")
            assert info_of(node, "far_shop")["away"] == 0
            ticked = call_as(
                node, "", "task.set", project="far_shop", change="add-farewell", task=2,
                done=True, expect="1.2 Say them",
            )  # fmt: skip
            assert ticked.status == 200, ticked.json
            assert (
                "[x] 1.2 Say them"
                in (folder / "openspec/changes/add-farewell/tasks.md").read_text()
            )
            take_back(node, "far")
            process.wait(20)
    until(lambda: info_of(node, "far_shop") is None)
