"""A compositor without a router: its events are kept, its clock stands, its threads are ours."""

from autobahn.wamp.types import ComponentConfig
from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.task import Clock

from geometry_ws.components.compositor.component import Compositor
from geometry_ws.protocol.declare import Caller


class Alone(Compositor):
    """What it would publish lies in ``told`` as (topic's end, keywords, eligible sessions)."""

    def __init__(self):
        super().__init__(ComponentConfig("geometry", {}))
        self.time = Clock()
        self.published = []
        self.hold = False
        self.held = []
        ensureDeferred(self.start())
        self._frames.now = self.time.seconds

    @property
    def clock(self):
        return self.time

    async def listen(self, *_args, **_more):
        pass

    async def serve(self, *_args, **_more):
        pass

    def publish_with(self, topic, args=(), keywords=None, options=None):
        self.published.append((topic.split(".v1.")[-1], keywords, options and options.eligible))

    def thread_of(self, pool, work, *args):
        """Work is done at once, or when it is let go."""
        done = Deferred()
        if self.hold:
            self.held.append((pool, lambda: done.callback(work(*args))))
        else:
            done.callback(work(*args))
        return done

    def events(self, topic):
        return [keywords for name, keywords, _ in self.published if name.startswith(topic)]


def by(session):
    return Caller(session, "", "guest")
