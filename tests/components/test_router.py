"""The components behind a real router: whatever anybody sends, they answer and go on."""

import random

import pytest
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import PublishOptions
from twisted.internet.defer import Deferred

from geometry_ws.protocol import registry
from geometry_ws.protocol.errors import InternalError, InvalidArgument
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.streams import Streams
from geometry_ws.protocol.surfaces import Surfaces

pytestmark = pytest.mark.router

HELLOS = ("compositor.hello", "openspec.hello", "board.hello")
AWKWARD = ("f", "fun", "self", "details", "options", "topic", "procedure", "_keywords", "_details")


async def all_answer(client):
    for name in HELLOS:
        await client.call_with(uri(name), (), {})


@pytest.mark.parametrize("name", AWKWARD)
async def test_no_name_of_a_keyword_harms_a_component(node, connect, name):
    client = await connect(node)
    for procedure in registry.PROCEDURES.values():
        with pytest.raises(ApplicationError) as caught:
            await client.call_with(procedure.uri, (), {name: 1})
        assert caught.value.error == InvalidArgument.uri
        if name in caught.value.args[0]:
            assert caught.value.kwargs["field"] == name
    for topic in registry.HEARD:
        options = PublishOptions(acknowledge=True)
        await client.publish_with(topic.uri, (), {**topic.example, name: 1}, options)
        await client.publish_with(topic.uri, (1, "two"), {name: {"f": 1}}, options)
    await all_answer(client)


def awkward_value(chance, depth=0):
    """Any value that a message can hold, drawn from a random generator."""
    kind = chance.randrange(10 if depth < 3 else 8)
    if kind == 8:
        return [awkward_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 9:
        return {name: awkward_value(chance, depth + 1) for name in chance.sample(AWKWARD, 2)}
    return chance.choice(
        [
            None,
            chance.random() < 0.5,
            chance.randrange(-(2**53), 2**53),
            chance.choice([0, 1, -1, 255, 256, 8192, 10**7]),
            chance.choice([0.5, -0.0, float("nan"), float("inf"), 1e300]),
            chance.choice(
                ["", "s1", "world", "desktop", "\x00", "../..", "é" * 300, "add-farewell"]
            ),
            chance.randbytes(chance.randrange(20)),
            [chance.choice(["fill", "copy", "image"]), [0, 0, 1, 1], "png", b"x"],
        ]
    )


def awkward_keywords(chance, example):
    """An example with some values replaced, some names added and some left out."""
    keywords = {
        name: awkward_value(chance) if chance.random() < 0.4 else value
        for name, value in example.items()
        if chance.random() > 0.1
    }
    if chance.random() < 0.4:
        keywords[chance.choice(AWKWARD)] = awkward_value(chance)
    return keywords


@pytest.mark.parametrize("seed", range(6))
async def test_any_keywords_give_a_result_or_a_declared_error(node, connect, seed):
    chance = random.Random(seed)
    client = await connect(node)
    declared = registry.find_errors()
    procedures = list(registry.PROCEDURES.values())
    for _ in range(150):
        procedure = chance.choice(procedures)
        keywords = awkward_keywords(chance, procedure.example)
        try:
            result = await client.call_with(procedure.uri, (), keywords)
        except ApplicationError as problem:
            assert problem.error in declared, (procedure.name, keywords, problem)
            assert problem.error != InternalError.uri, (procedure.name, keywords, problem)
        else:
            assert isinstance(result, dict)
        topic = chance.choice(registry.HEARD)
        keywords = awkward_keywords(chance, topic.example)
        try:
            await client.publish_with(topic.uri, (), keywords, PublishOptions(acknowledge=True))
        except ApplicationError as problem:
            # What no JSON reader could read is refused by the router.
            assert problem.error == InvalidArgument.uri, (topic.name, keywords, problem)
    await all_answer(client)


async def test_another_major_version_is_told_so(node, connect):
    client = await connect(node)
    for name in HELLOS:
        with pytest.raises(ApplicationError) as caught:
            await client.call_with(uri(name), (), {"major": 2})
        assert caught.value.error == uri("error.unsupported_version")
        assert caught.value.kwargs == {"supported": [1]}


async def test_a_surface_of_somebody_else_is_as_if_it_were_not_there(node, connect):
    owner, other = await connect(node), await connect(node)
    made = await owner.call_with(uri("surface.create"), (), {"width": 8, "height": 8})
    surface = made["surface"]
    for name, more in [
        ("surface.move", {"x": 1, "y": 1}),
        ("surface.raise", {}),
        ("surface.lower", {}),
        ("surface.destroy", {}),
        ("surface.configure", {"title": "mine now"}),
    ]:
        answers = []
        for wanted in (surface, "s999999"):
            with pytest.raises(ApplicationError) as caught:
                await other.call_with(uri(name), (), {"surface": wanted, **more})
            answers.append((caught.value.error, set(caught.value.kwargs)))
        assert answers[0] == answers[1] == (uri("error.no_such_surface"), {"surface"})


async def test_surfaces_leave_with_their_session(node, connect):
    watcher, owner = await connect(node), await connect(node)
    gone: Deferred = Deferred()

    def heard(args, keywords, details):
        if keywords["change"] == "destroyed" and not gone.called:
            gone.callback(keywords["id"])

    await watcher.listen(Surfaces.on_changed.uri, heard)
    made = await owner.call_with(uri("surface.create"), (), {"width": 8, "height": 8})
    owner._transport.abort()
    assert await gone == made["surface"]


async def test_the_answer_to_a_commit_says_when_nobody_looks(node, connect):
    owner = await connect(node)
    made = await owner.call_with(
        uri("surface.create"), (), {"width": 8, "height": 8, "x": 9_000_000}
    )
    update = {"surface": made["surface"], "ops": [["fill", [0, 0, 8, 8], [1, 2, 3, 255]]]}
    answer = await owner.call_with(uri("surface.commit"), (), {"updates": [update]})
    assert answer["seen"] is False


async def test_input_reaches_the_owner_alone_in_the_surfaces_pixels(node, connect):
    owner, viewer, spy = await connect(node), await connect(node), await connect(node)
    spied = []
    for match, topic in (("prefix", Surfaces.on_input.uri), (None, "")):
        if topic:
            await spy.listen(topic, lambda *event: spied.append(event), match=match)
    place = {"x": -5000, "y": -4000, "width": 100, "height": 50}
    made = await owner.call_with(uri("surface.create"), (), place)
    heard: list = []
    down: Deferred = Deferred()

    def got(args, keywords, details):
        heard.append(keywords)
        if keywords["phase"] == "down":
            down.callback(keywords)

    await owner.listen(Surfaces.on_input.at(made["surface"]), got)
    press = {"phase": "down", "x": -4990.0, "y": -3980.0, "button": 0, "buttons": 1}
    await viewer.publish_with(uri("seat.pointer"), (), press, PublishOptions(acknowledge=True))
    event = await down
    assert (event["x"], event["y"]) == (10.0, 20.0)
    assert [event["phase"] for event in heard] == ["enter", "down"]
    assert spied == []


async def test_a_viewer_that_attaches_gets_a_keyframe_of_everything(node, connect):
    owner, viewer = await connect(node), await connect(node)
    made = await owner.call_with(uri("surface.create"), (), {"width": 8, "height": 8, "y": -777})
    keyframe: Deferred = Deferred()

    def got(args, keywords, details):
        if not keyframe.called:
            keyframe.callback(keywords)

    await viewer.listen(Streams.on_frame.at("world"), got)
    attached = await viewer.call_with(uri("stream.attach"), (), {})
    frame = await keyframe
    assert frame["keyframe"]
    assert frame["epoch"] == attached["epoch"]
    assert made["surface"] in [plane["plane"] for plane in frame["planes"]]
