"""Doors for others in front of a node: TLS of its own, or a real nginx with TLS before it."""

import os
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import trustme

from benchmarks.processes.children import ROOT, Failed
from benchmarks.processes.usage import free_port
from benchmarks.systems.node import RunningNode, running_node
from benchmarks.viewers.asking import Way

TLS, PROXY = "TLS", "nginx + TLS"
_START_SECONDS = 10.0
_CHANGES = 6
_CONFIGURATION = """daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{site} }}
"""


class Doors(NamedTuple):
    """A node, its two ways in, and the token that is good at both."""

    node: RunningNode
    plain: Way
    other: Way
    address: str
    """Of the other one, as clients are told it."""
    behind: int
    """The node's port for others that the other one leads to."""


def installed(way: str) -> bool:
    """Whether a way in can be had on this machine."""
    return way == TLS or shutil.which("nginx") is not None


@contextmanager
def doors(folder: Path, way: str) -> Iterator[Doors]:
    """A node that others reach by TLS or PROXY; clients that are started meanwhile trust it."""
    authority = trustme.CA()
    pair = _write_certificate(authority, folder)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    token = _give_access(folder)
    outside, behind = free_port(), free_port()
    address = f"https://localhost:{outside}"
    if way == TLS:
        listening = ["--listen", f"127.0.0.1:{outside}", "--tls", *map(str, pair)]
        # The certificate is for this name, and so must be what is asked for.
        listening += ["--public", address]
    else:
        listening = ["--public", address, "--public-port", str(behind)]
    root = folder / "root.pem"
    authority.cert_pem.write_to_path(str(root))
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(root)
    try:
        with (
            running_node(folder, _CHANGES, listening) as node,
            _proxied(folder, pair, outside, behind if way == PROXY else 0),
        ):
            plain = Way(node.port)
            yield Doors(
                node,
                plain,
                Way(outside, context, token),
                address,
                outside if way == TLS else behind,
            )
    finally:
        if before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = before


def _write_certificate(authority: trustme.CA, folder: Path) -> tuple[Path, Path]:
    issued = authority.issue_cert("localhost", "127.0.0.1")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.touch(0o600)
    key.write_bytes(issued.private_key_pem.bytes())
    return certificate, key


def _give_access(folder: Path) -> str:
    command = [sys.executable, "-m", "geometry_ws", "access", "add", "ann", "--role", "maintainer"]
    given = subprocess.run(
        [*command, "--token", "--state", str(folder / "state")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if given.returncode:
        raise Failed(f"nobody gets access: {given.stderr.strip()}")
    return given.stdout.strip()


@contextmanager
def _proxied(folder: Path, pair: tuple[Path, Path], port: int, behind: int) -> Iterator[None]:
    """An nginx as docs/access.md has it; none where nothing lies behind. Raises Failed."""
    if not behind:
        yield
        return
    page = (ROOT / "docs" / "access.md").read_text("utf-8")
    site = page.partition("```nginx\n")[2].partition("```")[0]
    for there, here in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("board.example", "localhost"),
        ("/etc/ssl/board.pem", str(pair[0])),
        ("/etc/ssl/board.key", str(pair[1])),
        ("127.0.0.1:8082", f"127.0.0.1:{behind}"),
    ):
        site = site.replace(there, here)
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, site=site))
    process = subprocess.Popen(
        ["nginx", "-c", str(configuration), "-p", str(folder)], stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not (folder / "nginx.pid").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed("nginx didn't start")
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(_START_SECONDS)
