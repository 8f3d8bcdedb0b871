"""Access that a maintainer gives, lists and takes back, on a real router."""

import json

import pytest

from geometry_ws.protocol.names import uri
from tests.support.gate import at_outside, bearer, give, log_in, outside
from tests.support.raw_guest import RawGuest

pytestmark = pytest.mark.router


def call(node, token, procedure, /, **keywords):
    """A call by HTTP at the door for others; its status and what it says."""
    answer = at_outside(node, "POST", f"/call/{procedure}", json.dumps(keywords), bearer(token))
    return answer.status, answer.json


def done(node, token, procedure, /, **keywords):
    status, said = call(node, token, procedure, **keywords)
    assert status == 200, said
    return said["args"][0]


@pytest.fixture
def maintainer(gated):
    return give(gated, "mia", "maintainer")


def people(node, token):
    return {each["name"]: each for each in done(node, token, "access.list")["people"]}


def test_a_maintainer_gives_access_and_hears_of_it_and_takes_it_back(gated, maintainer):
    follower = RawGuest(gated, url=outside(gated), headers=bearer(maintainer))
    follower.send([32, 1, {}, uri("access.on_changed")])
    while follower.read()[0] != 33:
        pass
    given = done(gated, maintainer, "access.add", name="zoe", role="viewer", note="the hall")
    assert given["link"].startswith(f"http://localhost:{gated.port}/#t=")
    assert {len(row) for row in given["code"]} == {len(given["code"])}
    event = follower.read()
    assert event[0] == 36
    assert set(event[5]) == {"epoch", "seq"}
    zoe = people(gated, maintainer)["zoe"]
    assert (zoe["role"], zoe["note"], zoe["links"]) == ("viewer", "the hall", 1)
    assert people(gated, maintainer)["mia"]["you"] is True
    token = given["link"].partition("#t=")[2]
    opened = log_in(gated, token)
    assert (opened.status, opened.json["person"]) == (200, "zoe")
    while follower.read()[0] != 36:
        pass
    zoe = people(gated, maintainer)["zoe"]
    assert (zoe.get("links", 0), zoe["browsers"]) == (0, 1)
    # Another role needs no other link; another token is another program's.
    given = done(gated, maintainer, "access.add", name="zoe", role="agent", give="nothing")
    assert (given["role"], given["link"], given["token"]) == ("agent", "", "")
    key = done(gated, maintainer, "access.link", name="ZOE", give="token")
    assert (key["name"], key["role"], key["link"]) == ("zoe", "agent", "")
    assert call(gated, key["token"], "access.list")[0] == 403
    assert done(gated, maintainer, "access.revoke", name="zoe") == {"name": "zoe"}
    assert call(gated, key["token"], "project.list")[0] == 401
    assert "zoe" not in people(gated, maintainer)
    follower.end()
    log = (gated.folders.logs / "node.log").read_text()
    assert "mia gives zoe the role viewer" in log
    assert token not in log
    assert key["token"] not in log


@pytest.mark.parametrize(
    ("name", "keywords", "status", "sentence"),
    [
        ("access.add", {"name": "a b", "role": "viewer"}, 400, "can't be a name"),
        ("access.add", {"name": "guest", "role": "viewer"}, 400, "means something else"),
        ("access.add", {"name": "eve", "role": "root"}, 400, "There is no such role"),
        ("access.add", {"name": "eve", "role": "guest"}, 400, "There is no such role"),
        ("access.add", {"name": "eve", "role": "viewer", "note": "a\nb"}, 400, "one line"),
        ("access.add", {"name": "eve", "role": "viewer", "seconds": 0}, 400, "seconds"),
        ("access.link", {"name": "nobody"}, 404, "Nobody of that name"),
        ("access.revoke", {"name": "nobody"}, 404, "Nobody of that name"),
    ],
)
def test_what_cannot_be_given_is_told_in_a_sentence(
    gated, maintainer, name, keywords, status, sentence
):
    answered, said = call(gated, maintainer, name, **keywords)
    assert answered == status
    assert sentence in said["args"][0]
    assert "eve" not in people(gated, maintainer)


@pytest.mark.parametrize("role", ["viewer", "agent", "reviewer", "program"])
def test_nobody_else_gives_lists_or_follows_access(gated, role):
    token = give(gated, f"{role}-2", role)
    for name in ("list", "add", "link", "revoke"):
        assert call(gated, token, f"access.{name}", name="mia")[0] in (400, 403)
    session = RawGuest(gated, url=outside(gated), headers=bearer(token))
    session.send([32, 1, {}, uri("access.on_changed")])
    while (answer := session.read())[0] != 8:
        assert answer[0] != 33
    session.end()
