"""What a plain WebSocket says and hears, put into WAMP's messages and back. Pure.

A client that knows no WAMP opens `ws://…/events`, prints what comes, and sends text or bytes. For
the router it is a session like any other: the same rights, bounds and patience. What comes is one
JSON object a message, with a `type`; what is sent is a call, a message for a topic, or anything
else, which is published on `app.message` as it is.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

import msgspec
from autobahn.wamp import message, role

from geometry_ws.protocol.declare import Topic
from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.protocol.names import (
    APP_PREFIX,
    MAJOR,
    MESSAGE_TOPIC,
    MINOR,
    REALM,
    expand,
    short,
    uri,
)
from geometry_ws.protocol.registry import PUBLISHED, topic_of
from geometry_ws.wamp.fast_json import parse_json
from geometry_ws.wamp.versions import SOFTWARE

MOST_TOPICS: Final = 32
"""Topics that one address may name."""

MOST_EARLY: Final = 64
EARLY_BYTES: Final = 64 * 1024
"""Messages that may come before the hello has gone out, and what all of them may have."""

_TOPICS_HELP = "Choose topics by ?topics=project,app in the address."
HELP: Final = (
    'Send {"id": 1, "call": "change.list", "kwargs": {}} to call, {"publish": "app.news", '
    '"kwargs": {}} to tell others something; any other text, and bytes, are published on '
    f"{MESSAGE_TOPIC}. {_TOPICS_HELP}"
)
READERS_HELP: Final = (
    "Call by POST /call, and tell others something by POST /publish; GET /openapi.json says how. "
    f"{_TOPICS_HELP}"
)

_TOPIC = re.compile(r"[0-9a-z_]+(\.[0-9a-z_]+)*\.?")
_LONGEST_TOPIC = 200
_HELLO, _PROJECTS = 1, 2
_FIRST_CALL = 16

Said: TypeAlias = dict[str, Any]
"""One object for the client, as JSON."""


class BadTopics(ValueError):
    """Topics in an address that can't be meant; one sentence."""


class Outcome(NamedTuple):
    """What is to be done: messages for the router, and objects for the client."""

    to_router: tuple[Any, ...] = ()
    to_client: tuple[Said, ...] = ()
    ends: str = ""
    """Why the connection is to be closed then; empty where it isn't."""


class Subscription(NamedTuple):
    """A topic as it is subscribed to: its URI, or the beginning of one."""

    uri: str
    is_prefix: bool


def read_topics(query: str) -> tuple[Subscription, ...]:
    """The subscriptions that an address asks for; everything public where it names none.

    A name is a topic (`surface.on_changed`), all topics that begin so (`project`), or programs' own
    (`app.news`). Raises BadTopics.
    """
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=8)
    unknown = [name for name, _ in pairs if name != "topics"]
    if unknown:
        raise BadTopics(f"The address may have `topics`, not {unknown[0][:40]!r}.")
    names = [name.strip() for _, value in pairs for name in value.split(",") if name.strip()]
    if len(names) > MOST_TOPICS:
        raise BadTopics(f"An address may name at most {MOST_TOPICS} topics.")
    wanted = dict.fromkeys(each for name in names for each in _matching(name))
    return tuple(wanted) or everything()


def everything() -> tuple[Subscription, ...]:
    """All that concerns everybody: the node's public topics, and what programs tell each other.

    Frames and input are for viewers and owners, who name their topics.
    """
    return (*(_whole(topic) for topic in PUBLISHED if topic.is_for_everybody), _PROGRAMS)


def _whole(topic: Topic) -> Subscription:
    return Subscription(topic.uri, topic.slot is not None)


_PROGRAMS = Subscription(APP_PREFIX, is_prefix=True)


def _matching(name: str) -> Iterable[Subscription]:
    if len(name) > _LONGEST_TOPIC or not _TOPIC.fullmatch(name):
        raise BadTopics(f"{name[:40]!r} is no topic; a topic is like surface.on_changed or app.")
    beginning = name.rstrip(".")
    if f"{beginning}." == APP_PREFIX:
        return [_PROGRAMS]
    if beginning.startswith(APP_PREFIX):
        return [Subscription(beginning, is_prefix=name.endswith("."))]
    full = expand(beginning)
    inside = [topic for topic in PUBLISHED if f"{topic.uri}.".startswith(f"{full}.")]
    if inside:
        return [_whole(topic) for topic in inside]
    if topic_of(full) is None:
        raise BadTopics(f"There is no topic {name[:40]!r}; the protocol's page lists all.")
    return [Subscription(full, is_prefix=False)]


def event(topic: str, args: Iterable[Any], keywords: Mapping[str, Any], publisher: Any) -> Said:
    """An event, as clients without WAMP get it; ``publisher`` is a session's number or None."""
    said: Said = {"type": "event", "topic": short(topic)}
    if given := list(args):
        said["args"] = given
    said["kwargs"] = dict(keywords)
    if publisher is not None:
        said["from"] = publisher
    return said


def hello(projects: Any, topics: Iterable[Subscription], words: str, **more: Any) -> Said:
    """The first object: what answers, which projects it serves, and how to ask for more."""
    listed = projects if isinstance(projects, list) else []
    shown = [short(topic.uri) for topic in topics]
    return {
        "type": "hello",
        "software": SOFTWARE,
        "version": {"major": MAJOR, "minor": MINOR},
        **more,
        "projects": listed,
        "topics": shown,
        "help": words,
    }


def to_json(said: Said) -> bytes:
    """An object as it is sent; bytes in it are base64."""
    return msgspec.json.encode(said)


def converse(path: str, query: str) -> "Conversation":
    """The conversation for an address without a subprotocol. Raises BadTopics."""
    if path == "/ws":
        raise BadTopics("Ask for the subprotocol wamp.2.json here, or open /events without any.")
    return Conversation(read_topics(query))


class Conversation:
    """One plain WebSocket: what it sends becomes messages of a session, and the other way round."""

    to_json = staticmethod(to_json)

    def __init__(self, subscriptions: tuple[Subscription, ...]) -> None:
        self._subscriptions = subscriptions
        self._session: int | None = None
        self._epoch: Any = None
        self._projects: Any = None
        self._open = {_HELLO, _PROJECTS}
        self._next = _FIRST_CALL
        self._asked: dict[int, Any] = {}
        self._topics: dict[int, str] = {}
        self._subscribing: dict[int, Subscription] = {}
        self._early: deque[tuple[bytes, bool]] = deque()

    def begin(self) -> Outcome:
        """The connection is open: join."""
        roles = {
            "caller": role.RoleCallerFeatures(),
            "publisher": role.RolePublisherFeatures(),
            "subscriber": role.RoleSubscriberFeatures(
                publisher_identification=True, pattern_based_subscription=True
            ),
        }
        return Outcome((message.Hello(REALM, roles),))

    def hear(self, payload: bytes, *, is_binary: bool) -> Outcome:
        """The client has sent something."""
        if self._session is None or self._open:
            size = len(payload) + sum(len(early) for early, _ in self._early)
            if len(self._early) >= MOST_EARLY or size > EARLY_BYTES:
                return Outcome((), (_refusal(None, "Wait for the hello before you send more."),))
            self._early.append((payload, is_binary))
            return Outcome()
        if is_binary:
            return self._publish(MESSAGE_TOPIC, [], {"bytes": payload}, None)
        text = payload.decode()
        try:
            value = parse_json(text)
        except (ValueError, RecursionError):
            return self._publish(MESSAGE_TOPIC, [], {"text": text}, None)
        if isinstance(value, dict) and ("call" in value or "publish" in value):
            return self._act(value)
        return self._publish(MESSAGE_TOPIC, [], {"value": value}, None)

    def say(self, msg: Any) -> Outcome:
        """The router has sent something."""
        if isinstance(msg, message.Welcome):
            self._session = msg.session
            calls = ("compositor.hello", _HELLO), ("project.list", _PROJECTS)
            return Outcome(
                tuple(message.Call(number, uri(name), kwargs={}) for name, number in calls)
            )
        if isinstance(msg, message.Event):
            return self._say_event(msg)
        if isinstance(msg, message.Result | message.Error) and msg.request in self._open:
            return self._greet(msg)
        if isinstance(msg, message.Subscribed):
            self._topics[msg.subscription] = self._subscribing.pop(msg.request).uri
            return Outcome()
        if isinstance(msg, message.Goodbye | message.Abort):
            goodbye = {"type": "goodbye", "reason": msg.reason, "message": msg.message or ""}
            return Outcome((), (goodbye,), msg.message or msg.reason)
        return Outcome((), tuple(self._answers(msg)))

    def _greet(self, msg: Any) -> Outcome:
        """An answer to what is asked at the beginning; after the last one the client is greeted."""
        answer = msg.args[0] if isinstance(msg, message.Result) and msg.args else {}
        if msg.request == _HELLO:
            self._epoch = answer.get("epoch")
        else:
            self._projects = answer.get("projects")
        self._open.discard(msg.request)
        if self._open:
            return Outcome()
        greeting = hello(
            self._projects, self._subscriptions, HELP, session=self._session, epoch=self._epoch
        )
        outcomes = [Outcome(tuple(self._subscribe()), (greeting,))]
        while self._early:
            payload, is_binary = self._early.popleft()
            outcomes.append(self.hear(payload, is_binary=is_binary))
        return Outcome(
            tuple(each for outcome in outcomes for each in outcome.to_router),
            tuple(each for outcome in outcomes for each in outcome.to_client),
        )

    def _subscribe(self) -> Iterable[Any]:
        for subscription in self._subscriptions:
            number = self._number()
            self._subscribing[number] = subscription
            match = message.Subscribe.MATCH_PREFIX if subscription.is_prefix else None
            yield message.Subscribe(number, subscription.uri, match)

    def _say_event(self, msg: Any) -> Outcome:
        topic = msg.topic or self._topics.get(msg.subscription, "")
        return Outcome((), (event(topic, msg.args or (), msg.kwargs or {}, msg.publisher),))

    def _answers(self, msg: Any) -> Iterable[Said]:
        if isinstance(msg, message.Result):
            result = msg.args[0] if msg.args else None
            yield {"type": "result", "id": self._asked.pop(msg.request, None), "result": result}
        elif isinstance(msg, message.Published):
            yield {"type": "published", "id": self._asked.pop(msg.request, None)}
        elif isinstance(msg, message.Error):
            topic = self._subscribing.pop(msg.request, None)
            sentence = str(msg.args[0]) if msg.args else "The node gives no reason."
            if topic is not None:
                sentence = f"{short(topic.uri)} can't be subscribed to: {sentence}"
            yield {
                "type": "error",
                "id": self._asked.pop(msg.request, None),
                "error": msg.error,
                "message": sentence,
                "kwargs": msg.kwargs or {},
            }

    def _act(self, value: dict[str, Any]) -> Outcome:
        """A call, or a message for a topic of its own."""
        verb = "call" if "call" in value else "publish"
        number = value.get("id")
        problem = _problem(value, verb)
        if problem is not None:
            known = number if isinstance(number, str | int) else None
            return Outcome((), (_refusal(known, problem),))
        args, keywords = value.get("args", []), value.get("kwargs", {})
        if verb == "publish":
            return self._publish(value[verb], args, keywords, number)
        request = self._number()
        self._asked[request] = number
        return Outcome((message.Call(request, expand(value[verb]), args=args, kwargs=keywords),))

    def _publish(
        self, topic: str, args: list[Any], keywords: dict[str, Any], number: Any
    ) -> Outcome:
        request = self._number()
        acknowledge = number is not None
        if acknowledge:
            self._asked[request] = number
        return Outcome(
            (
                message.Publish(
                    request,
                    topic,
                    args=args or None,
                    kwargs=keywords,
                    acknowledge=acknowledge,
                    exclude_me=False,
                ),
            )
        )

    def _number(self) -> int:
        self._next += 1
        return self._next


_ALLOWED: Final = ("id", "args", "kwargs")
_URI = re.compile(r"[0-9a-zA-Z_]+(\.[0-9a-zA-Z_]+)*")


def _problem(value: Mapping[str, Any], verb: str) -> str | None:
    """What is wrong with a call or a message for a topic, naming the field; None if it is right."""
    unknown = sorted(set(value) - {verb, *_ALLOWED})
    name, number = value[verb], value.get("id")
    if unknown:
        return f"{unknown[0][:40]!r} isn't known here; there are {verb}, id, args and kwargs."
    if not isinstance(name, str) or not _URI.fullmatch(name):
        return f"`{verb}` must be a name, as in change.list or app.news."
    if verb == "publish" and not name.startswith(APP_PREFIX):
        return "`publish` must name a topic of programs, which begins with app."
    if not isinstance(number, str | int | None) or isinstance(number, bool):
        return "`id` must be a text or a whole number."
    if not isinstance(value.get("args", []), list):
        return "`args` must be a list."
    if not isinstance(value.get("kwargs", {}), dict):
        return "`kwargs` must be an object."
    return None


def _refusal(number: Any, sentence: str) -> Said:
    error = InvalidArgument.uri
    return {"type": "error", "id": number, "error": error, "message": sentence, "kwargs": {}}
