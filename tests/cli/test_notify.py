"""`geometry-ws attention --notify`: commands and topics, without a shell, bounded."""

import sys
import time
from email.header import decode_header

import pytest

from geometry_ws.cli import notify
from geometry_ws.cli.values import UsageError
from geometry_ws.team.notices import Notice

NOTICE = Notice("new", "ready_1", "ready: añadir", "--all; $(rm -rf x) `y`", "ready", "shop", "a")
GONE = NOTICE._replace(event="gone")


def test_a_command_gets_words_and_no_shell_reads_them():
    assert notify.filled(["notify-send"], NOTICE) == [
        "notify-send", NOTICE.title, f" {NOTICE.text}",
    ]  # fmt: skip
    assert notify.filled(["notify-send"], GONE) is None
    words = ["tell", "--{event}", "{kind}/{project}", "{nix}", "{text}"]
    assert notify.filled(words, GONE) == [
        "tell", "--gone", "ready/shop", "{nix}", f" {NOTICE.text}",
    ]  # fmt: skip


def test_a_topic_gets_a_title_and_hears_when_somebody_was_faster(topic, monkeypatch):
    url, wait = topic
    monkeypatch.setenv("NTFY_TOKEN", "tk_1")
    place = notify.Place(url)
    for notice in (NOTICE._replace(kind="question"), GONE):
        place.tell(notice)
    (first, back) = wait(2)
    method, path, headers, body = first
    assert (method, path, body) == ("POST", "/alerts", NOTICE.text)
    ((title, encoding),) = decode_header(headers["Title"])
    assert title.decode(encoding) == NOTICE.title
    assert (headers["Priority"], headers["Tags"]) == ("high", "question")
    assert headers["X-Sequence-ID"] == "ready_1"
    assert headers["Authorization"] == "Bearer tk_1"
    assert back[:2] == ("DELETE", "/alerts/ready_1")


@pytest.mark.parametrize(
    "target", ["", "'open", "https://ntfy.sh", "https://a:b@ntfy.sh/x", "http://ntfy.example/x"]
)
def test_what_can_t_be_told_is_a_mistake_in_the_command_line(target, monkeypatch):
    monkeypatch.setenv("NTFY_TOKEN", "tk_1")
    with pytest.raises(UsageError):
        notify.Place(target)


@pytest.mark.slow
def test_what_fails_or_hangs_is_said_once_and_the_next_is_told(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(notify, "SECONDS", 3.0)
    out = tmp_path / "out"
    script = tmp_path / "tell.py"
    script.write_text(
        "import sys, time; word = sys.argv[1]\n"
        "if word == 'hang': time.sleep(60)\n"
        "if word == 'fail': sys.exit(3)\n"
        f"open({str(out)!r}, 'w').write(word)"
    )
    place = notify.Place(f"{sys.executable} -I -S {script} {{title}}")
    for title in ("fail", "fail", "hang", "last"):
        place.tell(NOTICE._replace(title=title))
    while not out.exists() or out.read_text() != "last":
        time.sleep(0.01)
    said = capfd.readouterr().err
    assert said.count("can't be told") == 1
    assert said.endswith("can't be told: it ended with 3.\n")
