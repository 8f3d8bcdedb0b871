"""Where a person is told what needs them: a command that is started, or a topic of ntfy's kind.

A thread for each place does one after the other, each within some seconds; no shell reads anything.
"""

import http.client
import os
import queue
import re
import shlex
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import SplitResult, quote, urlsplit

from geometry_ws.cli.values import UsageError
from geometry_ws.team.notices import Notice

SECONDS = 15.0
MOST_WAITING = 100
TOKEN_VARIABLE = "NTFY_TOKEN"  # noqa: S105
_FIELD = re.compile(r"\{(event|id|title|text|kind|project|about|who)\}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

Send = Callable[[Notice], None]


class Place:
    """Somewhere to tell; `tell` never blocks, and what can't be kept up with is given up."""

    def __init__(self, target: str) -> None:
        """Raises UsageError where a target can't be used."""
        self._name = target.partition("?")[0]
        self._send = _sender(target)
        self._waiting: queue.Queue[Notice] = queue.Queue(MOST_WAITING)
        self._complained = False
        threading.Thread(target=self._work, daemon=True).start()

    def tell(self, notice: Notice) -> None:
        """Tell it, or take it back, when those before are through."""
        try:
            self._waiting.put_nowait(notice)
        except queue.Full:
            self._complain("it doesn't keep up, so some notices are left out")

    def _work(self) -> None:
        while True:
            notice = self._waiting.get()
            try:
                self._send(notice)
            except (OSError, ValueError, http.client.HTTPException, _NotTaken) as problem:
                self._complain(str(problem) or type(problem).__name__)
            except subprocess.TimeoutExpired:
                self._complain(f"it took longer than {SECONDS:g} s and was ended")
            else:
                self._complained = False

    def _complain(self, words: str) -> None:
        if not self._complained:
            print(f"{self._name} can't be told: {words}.", file=sys.stderr, flush=True)
        self._complained = True


class _NotTaken(Exception):
    """The other side took it, and said no."""


def _sender(target: str) -> Send:
    if re.match(r"https?://", target):
        return _topic(target)
    try:
        words = shlex.split(target)
    except ValueError as problem:
        raise UsageError(f"--notify can't be read as a command: {problem}.") from None
    if not words:
        raise UsageError("--notify takes a command, or the address of a topic such as ntfy's.")
    return lambda notice: _start(words, notice)


# --- a command ------------------------------------------------------------------------------


def filled(words: list[str], notice: Notice) -> list[str] | None:
    """The words of a command for a notice; None where it isn't to be started.

    Without a field in braces it gets title and text as its last words, and hears of no withdrawal.
    """
    fields = notice._asdict()
    if any("{event}" in word for word in words) or notice.event == "new":
        given = [_FIELD.sub(lambda match: str(fields[match[1]]), word) for word in words]
        if given == words:
            given = [*words, notice.title, notice.text]
        # What somebody else wrote is no option.
        return [
            f" {word}" if word.startswith("-") and not own.startswith("-") else word
            for word, own in zip(given, [*words, "", ""], strict=False)
        ]
    return None


def _start(words: list[str], notice: Notice) -> None:
    command = filled(words, notice)
    if command is None:
        return
    done = subprocess.run(  # noqa: S603 - the person's own command
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise _NotTaken(f"it ended with {done.returncode}")


# --- a topic --------------------------------------------------------------------------------


def _topic(target: str) -> Send:
    place = urlsplit(target)
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not place.hostname or place.username is not None or place.path in ("", "/"):
        raise UsageError("--notify takes a topic's address such as https://ntfy.example/alerts.")
    if token and place.scheme != "https" and place.hostname not in _LOOPBACK:
        raise UsageError(f"{TOKEN_VARIABLE} is sent by https alone.")
    path = place.path.rstrip("/")

    def send(notice: Notice) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if notice.event == "gone":
            # A server that is older than that knows no taking back.
            status = _ask(place, "DELETE", f"{path}/{quote(notice.id, safe='')}", b"", headers)
            if status not in (404, 405) and status >= 400:
                raise _NotTaken(f"the server answers {status}")
            return
        headers |= {
            "Content-Type": "text/plain; charset=utf-8",
            "Title": _header(notice.title),
            "Tags": notice.kind or "several",
            "Priority": "high" if notice.is_urgent else "default",
            "X-Sequence-ID": notice.id,
        }
        query = f"?{place.query}" if place.query else ""
        status = _ask(place, "POST", f"{path}{query}", notice.text.encode(), headers)
        if status >= 300:
            raise _NotTaken(f"the server answers {status}")

    return send


def _ask(place: SplitResult, method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
    host, port = place.hostname or "", place.port
    connection = (
        http.client.HTTPSConnection(host, port, timeout=SECONDS)
        if place.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=SECONDS)
    )
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read(2**16)
        return answer.status
    finally:
        connection.close()


def _header(text: str) -> str:
    """A header of any letters: plain where it can be, else in the encoding of mails."""
    if text.isascii():
        return text
    return f"=?UTF-8?B?{b64encode(text.encode()).decode()}?="
