"""The client in programs on asyncio: the same names, and nothing of Twisted."""

import signal

import pytest

from tests.client.programs import Program, run_program, surfaces, wait_for

pytestmark = pytest.mark.router

AT_HOME = """
import asyncio, sys
import numpy as np
from geometry_ws.client import CallError, Connection, Lost, TooLarge, Unreachable, Viewer

async def main(url):
    asyncio.get_running_loop().slow_callback_duration = 60
    pixels = np.random.default_rng(1).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    async with Connection(url, retry=False) as client:
        async with Connection(url, retry=False) as other:
            viewer = Viewer()
            await viewer.attach(other)
            surface = await client.create_surface(width=60, height=40, title="home")
            answers = await asyncio.gather(*(surface.commit(pixels) for _ in range(3)))
            assert all(answer.frame for answer in answers)
            shown = lambda v: surface.id in v.planes and v.planes[surface.id].pixels.any()
            await asyncio.wait_for(viewer.until(shown), 20)
            assert (viewer.planes[surface.id].pixels[..., 2::-1] == pixels).all()
            heard = asyncio.Queue()
            await client.subscribe("app.home", heard.put_nowait)
            await client.subscribe("app.bad", lambda message: 1 / 0)
            await other.publish("app.bad")
            await other.publish("app.home", text="hello", self=1, data=b"bytes")
            message = await asyncio.wait_for(heard.get(), 20)
            assert message.keywords == {"text": "hello", "self": 1, "data": b"bytes"}
            client.spawn(fail())
            client.spawn(asyncio.sleep(1000))
            for wrong, kind in ((dict(x=bytes(16 << 20)), TooLarge), (dict(x=object()), Exception)):
                try:
                    await client.publish("app.x", **wrong)
                except kind:
                    pass
                else:
                    raise AssertionError(kind)
            try:
                await surface.move(10**9, 0)
            except CallError as problem:
                assert problem.name == "invalid_argument", problem.name
            assert not client._tasks or client.connected
        assert not other.connected
        try:
            await other.call("surface.list")
        except Lost:
            pass
    assert not client.connected
    assert not client._tasks
    for place, words in (("localhost:1", "nothing listens"), (url + "nowhere", "no WebSocket")):
        try:
            async with Connection(place, retry=False):
                raise AssertionError
        except Unreachable as problem:
            assert words in str(problem), problem
    await cancelled(url)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, left
    print("through")

async def fail():
    raise KeyError("mine")

async def cancelled(url):
    clients = []
    async def stay(client):
        clients.append(client)
        await client.stay()
    serving = asyncio.create_task(Connection(url).serve(stay))
    while not clients:
        await asyncio.sleep(0.01)
    serving.cancel()
    try:
        await serving
    except asyncio.CancelledError:
        assert not clients[0].connected
    else:
        raise AssertionError
    waiting = asyncio.create_task(Connection("localhost:1").serve(stay))
    await asyncio.sleep(0.1)
    waiting.cancel()
    assert (await asyncio.gather(waiting, return_exceptions=True))[0].__class__.__name__ == (
        "CancelledError")

asyncio.run(main(sys.argv[1]), debug=True)
assert not [name for name in sys.modules if name.startswith("twisted")]
"""


def test_the_client_is_at_home_in_a_program_on_asyncio(node):
    ended = run_program(AT_HOME, node.url)
    assert (ended.returncode, ended.stdout) == (0, "through\n"), ended.stderr
    complaints = [line for line in ended.stderr.splitlines() if line[:1] not in (" ", "")]
    assert complaints == [
        "the handler of app.bad failed",
        "Traceback (most recent call last):",
        "ZeroDivisionError: division by zero",
        "a task failed",
        "Traceback (most recent call last):",
        "KeyError: 'mine'",
    ]


DRAWS = """
import asyncio, sys
from geometry_ws.client import run

async def main(client):
    surface = await client.create_surface(width=4, height=4, title="Asyncio draws")
    await surface.fill((1, 2, 3))
    await asyncio.sleep(0)
    await client.stay()

run(main, sys.argv[1])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_main_may_await_what_asyncio_has_and_ends_by_a_signal(node, number):
    with Program(DRAWS, node.url) as program:
        wait_for(lambda: "Asyncio draws" in surfaces(node))
        assert program.end(number) == (0, "")
    wait_for(lambda: "Asyncio draws" not in surfaces(node))


def test_what_goes_when_main_returns_is_told(node):
    program = DRAWS.replace("    await client.stay()\n", "")
    ended = run_program(program, node.url)
    assert ended.returncode == 0
    assert ended.stderr == (
        "main has returned, and its surfaces went with it: `await client.stay()` keeps them.\n"
    )


IN_A_THREAD = """
import sys, threading
from geometry_ws.client import run

async def main(client):
    print("in a thread", client.connected)

for _ in range(2):
    thread = threading.Thread(target=run, args=(main, sys.argv[1]))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
"""


def test_run_works_in_a_thread_and_a_second_time(node):
    ended = run_program(IN_A_THREAD, node.url)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "in a thread True\n" * 2


REFUSED = """
import asyncio, sys
from geometry_ws.client import ClientError, run

async def inside():
    try:
        run(None, sys.argv[1])
    except ClientError as problem:
        print(problem)

asyncio.run(inside())
try:
    run(lambda client: None, sys.argv[1])
except TypeError as problem:
    print(problem)
"""


def test_what_can_not_run_is_refused_in_a_sentence(node):
    ended = run_program(REFUSED, node.url)
    assert (ended.returncode, ended.stderr) == (0, "")
    inside, plain = ended.stdout.splitlines()
    assert inside.startswith("An event loop runs here already")
    assert plain.startswith("main must be an `async def`")


ON_TWISTED = """
import sys
from twisted.internet.defer import succeed
from geometry_ws.client import ClientError, run

async def main(client):
    assert await succeed(3) == 3
    print("twisted", client.connected)

run(main, sys.argv[1], twisted=True)
assert "autobahn.asyncio" not in sys.modules
try:
    run(main, sys.argv[1])
except ClientError as problem:
    print(problem)
"""


def test_twisted_is_there_for_those_who_want_it(node):
    ended = run_program(ON_TWISTED, node.url)
    assert (ended.returncode, ended.stderr) == (0, "")
    first, second = ended.stdout.splitlines()
    assert first == "twisted True"
    assert "with Twisted already" in second
