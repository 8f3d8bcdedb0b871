"""Pictures of a project by HTTP: their addresses, their headers, and what a real node gives."""

import pytest

from geometry_ws.http import pictures
from geometry_ws.http.decide import Head, Refused, route
from geometry_ws.protocol.errors import DeclaredError, InvalidArgument

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def test_an_address_names_a_path_and_a_project():
    call = pictures.read_address("/pictures/docs/a%20b.png", "project=shop")
    assert call.procedure.name == "document.picture"
    assert call.keywords == {"path": "docs/a b.png", "project": "shop"}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/pictures/", ""),
        ("/pictures/a.png", "project"),
        ("/pictures/a.png", "path=b.png"),
        ("/pictures/a.png", "project=a&project=b"),
        ("/pictures/a.png", "x=1"),
        ("/pictures/a.png", "project=../a"),
        ("/pictures/%ff.png", ""),
        ("/pictures/" + "a" * 2000, ""),
    ],
)
def test_other_addresses_are_refused(path, query):
    with pytest.raises((DeclaredError, InvalidArgument)):
        pictures.read_address(path, query)


def test_pictures_are_read_only():
    assert route(Head("GET", "/pictures/a.png")).kind == "project picture"
    with pytest.raises(Refused):
        route(Head("PUT", "/pictures/a.png"))


def test_a_picture_is_shut_in_by_its_policy():
    value = {"data": SVG, "content_type": "image/svg+xml", "revision": "0" * 16}
    answer = pictures.answer(value, Head("GET", "/pictures/a.svg"))
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert policy.startswith("default-src 'none'")
    again = Head("GET", "/", headers={"if-none-match": (f'"x", W/"{"0" * 16}"',)})
    assert pictures.answer(value, again).status == 304
    for broken in (None, {}, {"data": "x"}, {**value, "content_type": "text/html"}):
        with pytest.raises(ValueError, match="picture"):
            pictures.answer(broken, Head("GET", "/"))


@pytest.mark.router
def test_a_node_gives_pictures_and_nothing_else_of_a_project(node):
    folder = node.project / "openspec" / "pictures"
    folder.mkdir(exist_ok=True)
    (folder / "a b.png").write_bytes(PNG)
    (folder / "a.svg").write_bytes(SVG)
    (folder / "a.md").write_text("secret")
    answer = node.fetch("GET", "/pictures/openspec/pictures/a%20b.png")
    assert (answer.status, answer.body) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    tag = answer.headers["etag"]
    same = node.fetch(
        "GET", "/pictures/openspec/pictures/a%20b.png", headers={"If-None-Match": tag}
    )
    assert (same.status, same.body) == (304, b"")
    svg = node.fetch("GET", "/pictures/openspec/pictures/a.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.headers["content-security-policy"] == pictures.POLICY
    for path in (
        "openspec/pictures/a.md", "openspec/pictures/none.png", "%2e%2e/a.png", "..%2fa.png",
        "openspec/pictures", "openspec/pictures/a.png%00", "%2fetc/a.png",
    ):  # fmt: skip
        assert node.fetch("GET", f"/pictures/{path}").status == 404, path
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}
    assert node.fetch("GET", "/pictures/openspec/pictures/a.svg", headers=foreign).status == 403
    assert node.fetch("GET", "/pictures/openspec/pictures/a.svg?project=none").status == 404
