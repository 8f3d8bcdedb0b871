"""Runs a command as the terminal's foreground job, so that Ctrl-C reaches it and not make.

make would end with an error by the same Ctrl-C, however well its command has ended. Without a
terminal the command just runs. Signals that reach this process are passed on.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading


def hand_over(terminal: int | None, group: int) -> None:
    """Make a process group the one that the keyboard's signals reach."""
    if terminal is not None:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, group)


def find_terminal() -> int | None:
    """The terminal, where we are its foreground job."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
        return terminal if os.tcgetpgrp(terminal) == os.getpgrp() else None
    except OSError:
        return None


def watch(terminal: int, process: int) -> None:
    """Tell the command when the terminal goes away: the system tells the session's leader only."""
    ends = select.poll()
    ends.register(terminal, 0)
    ends.poll()
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGHUP)


def main() -> int:
    """Run the command; its exit status is ours."""
    terminal = find_terminal()
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    process = subprocess.Popen(
        sys.argv[1:],
        process_group=0,
        preexec_fn=lambda: signal.signal(signal.SIGTTOU, signal.SIG_DFL),
    )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: os.kill(process.pid, number))
    hand_over(terminal, process.pid)
    if terminal is not None:
        threading.Thread(target=watch, args=(terminal, process.pid), daemon=True).start()
    try:
        while True:
            _, status = os.waitpid(process.pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
            # Ctrl-Z: all of make stops too, and goes on together.
            hand_over(terminal, os.getpgrp())
            os.killpg(os.getpgrp(), signal.SIGSTOP)
            hand_over(terminal, process.pid)
            os.killpg(process.pid, signal.SIGCONT)
    finally:
        hand_over(terminal, os.getpgrp())


if __name__ == "__main__":
    sys.exit(main())
