"""A compositor without a node, for the board's surfaces: it may refuse, and counts bytes."""

from itertools import count

import numpy as np
from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import Deferred, execute, succeed
from twisted.internet.task import Clock

from geometry_ws.protocol.names import uri
from geometry_ws.render.decode import decode

FULL = "limit_exceeded"


class World:
    """Acts as the board's session: calls are answered at once unless `hold` is set."""

    def __init__(self, most=256 * 2**20):
        self.clock = Clock()
        self.most = most
        self.surfaces = {}
        self.refuse = lambda name, keywords: None
        self.calls = []
        self._numbers = count()
        self.frame = 0
        self.seen = True
        self.hold = False
        self.held = []
        self.before_thread = lambda: None
        self.peak = 0
        self.failures = []
        self.programs = {}
        self.stack = []

    def spawn(self, _name, work):
        task = Deferred.fromCoroutine(work)
        task.addErrback(self.failures.append)
        return task

    def in_thread(self, work, *args):
        self.before_thread()
        return execute(work, *args)

    def call_with(self, procedure, _args, keywords):
        name = procedure.removeprefix(uri(""))
        self.calls.append((name, keywords))
        error = self.refuse(name, keywords)
        if error:
            return self._refused(error, keywords)
        answer = getattr(self, "_" + name.split(".")[1])(**keywords)
        if self.hold:
            self.held.append((waiting := Deferred(), answer))
            return waiting
        return answer if isinstance(answer, Deferred) else succeed(answer)

    def _refused(self, error, keywords):
        """Refuse a call; a surface that isn't there is really gone."""
        more = {}
        if error == "no_such_surface":
            surface = keywords.get("surface") or keywords["updates"][0]["surface"]
            self.surfaces.pop(surface, None)
            more = {"surface": surface}
        return execute(_raise, ApplicationError(uri(f"error.{error}"), "No.", **more))

    def release(self):
        held, self.held = self.held, []
        for waiting, answer in held:
            waiting.callback(answer)

    def taken(self):
        return _bytes(self.surfaces)

    def by_title(self, title):
        return next(each for each in self.surfaces.values() if each["title"] == title)

    def shown_to(self, theme, scale):
        """Give the surfaces that a look shows, the lowest first."""

        def shows(surface):
            looks = surface["shown_when"]
            least, below = looks.get("scale", (None, None))
            return looks.get("theme") in (None, theme) and (
                (least or 0) <= scale < (below or float("inf"))
            )

        return [each for each in self.surfaces.values() if shows(each) and not each["blank"]]

    def _create(
        self,
        *,
        x,
        y,
        width,
        height,
        max_scale,
        title,
        text,
        keyboard,
        pointer,
        areas=(),
        shown_when=None,
    ):
        surface = f"s{next(self._numbers)}"
        made = {
            "x": x, "y": y, "title": title, "text": text, "scale": 1, "id": surface,
            "max_scale": max_scale, "shown_when": shown_when or {}, "areas": [*areas],
            "blank": True, "pointer": pointer,
        }  # fmt: skip
        self.surfaces[surface] = {**made, "pixels": np.zeros((height, width, 4), np.uint8)}
        self.stack.append(surface)
        return {"surface": surface}

    def _commit(self, *, updates):
        after = {key: dict(each) for key, each in self.surfaces.items()}
        for update in updates:
            here = after[update["surface"]]
            here.update({k: v for k, v in update.items() if k in ("x", "y", "scale", "shown_when")})
            if "width" in update:
                shape = (update["height"] * here["scale"], update["width"] * here["scale"], 4)
                same = here["pixels"].shape == shape
                here["blank"] = here["blank"] or not same
                here["pixels"] = here["pixels"].copy() if same else np.zeros(shape, np.uint8)
            for _, (x, y, width, height), codec, data in update.get("ops", ()):
                if codec == "bgra":
                    picture = np.frombuffer(data, np.uint8).reshape(height, width, 4)
                else:
                    picture = decode(codec, data, width, height, opaque=False)
                assert y + height <= here["pixels"].shape[0]
                assert x + width <= here["pixels"].shape[1]
                here["pixels"][y : y + height, x : x + width] = picture
                here["blank"] = False
        if _bytes(after) > self.most:
            return execute(_raise, ApplicationError(uri("error.limit_exceeded"), "Full."))
        self.surfaces = after
        self.peak = max(self.peak, self.taken())
        self.frame += 1
        return {"frame": self.frame, "seen": self.seen}

    def _configure(self, *, surface, **changed):
        assert set(changed) <= {"title", "text", "areas", "shown_when"}
        self.surfaces[surface].update(changed)
        return {}

    def _lower(self, *, surface):
        self.surfaces = {surface: self.surfaces[surface], **self.surfaces}
        return {}

    def _move(self, *, surface, x, y):
        self.surfaces[surface].update(x=x, y=y)
        return {}

    def _raise(self, *, surface):
        self.stack.remove(surface)
        self.stack.append(surface)
        return {}

    def show(self, surface, width=300, height=200, **more):
        """A program makes a surface, or says something else of it; gives what is known of it."""
        known = self.programs.setdefault(surface, {**_PLAIN, "surface": surface, "title": surface})
        known.update(width=width, height=height, **more)
        if surface not in self.stack:
            self.stack.append(surface)
        return known

    def _list(self):
        return {"epoch": "e", "surfaces": list(self.programs.values())}

    def _place(self, *, surface, x=None, y=None, front=False, free=False):
        if surface not in self.programs:
            return self._refused("no_such_surface", {"surface": surface})
        x, y = (0, -1000) if free else (x, y)
        self.programs[surface].update(x=x, y=y)
        if front:
            self._raise(surface=surface)
        return {}

    def _destroy(self, *, surface):
        del self.surfaces[surface]
        return {}


_PLAIN = {
    "text": "", "x": 0, "y": 0, "scale": 1, "z": 0, "opacity": 1.0, "cursor": "default",
}  # fmt: skip


def _bytes(surfaces):
    """What they take; a face on which nothing is drawn takes nothing."""
    return sum(
        each["pixels"].nbytes
        for each in surfaces.values()
        if not (each["blank"] and each["shown_when"])
    )


def _raise(problem):
    raise problem
