"""A real nginx, or Caddy, with TLS in front of a node, configured as docs/access.md says."""

import os
import socket
import subprocess
import time
from contextlib import contextmanager
from shutil import which

import pytest


def write_certificate(authority, folder, *names):
    folder.mkdir(exist_ok=True)
    issued = authority.issue_cert(*names)
    certificate, key = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    key.chmod(0o600)
    return certificate, key


PROXY = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{site}
}}
"""


CADDY = """
{{
  admin off
  auto_https disable_redirects
}}
{site}
"""


def site_of_the_page(program="nginx"):
    """The configuration for a proxy that docs/access.md shows."""
    from tests.test_documents import ROOT

    text = (ROOT / "docs" / "access.md").read_text("utf-8")
    example = text.partition(f"<!-- example: {program} -->")[2]
    return example.partition("```")[2].partition("\n")[2].partition("```")[0]


@contextmanager
def proxied(folder, pair, port, node_port, base="/"):
    """A real nginx in front of a node, configured as the page says: at the root or below a path."""
    if which("nginx") is None:
        pytest.skip("there is no nginx on this machine")
    site = site_of_the_page()
    for there, here in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/ssl/board.pem", str(pair[0])),
        ("/etc/ssl/board.key", str(pair[1])),
        ("127.0.0.1:8082", f"127.0.0.1:{node_port}"),
    ):
        assert there in site
        site = site.replace(there, here)
    if base != "/":
        site = site.replace("location / {", f"location {base} {{")
        site = site.replace(f"127.0.0.1:{node_port};", f"127.0.0.1:{node_port}/;")
    (folder / "nginx.conf").write_text(PROXY.format(folder=folder, site=site))
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        deadline = time.monotonic() + 20
        while not (folder / "nginx.pid").exists() or not (folder / "nginx.pid").read_text().strip():
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def behind_caddy(folder, pair, port, node_port, base="/"):
    """A real Caddy as the page says, with a certificate that is there; no authority is asked."""
    site = site_of_the_page("caddy" if base == "/" else "caddy below a path")
    for there, here in (
        ("board.example {", f"board.example:{port} {{\n  tls {pair[0]} {pair[1]}\n"),
        ("127.0.0.1:8082", f"127.0.0.1:{node_port}"),
    ):
        assert there in site
        site = site.replace(there, here)
    (folder / "Caddyfile").write_text(CADDY.format(site=site))
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen(
            ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"],
            stdout=log,
            stderr=log,
            env={**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data")},
        )
    try:
        deadline = time.monotonic() + 20
        while True:
            assert process.poll() is None, (folder / "caddy.log").read_text()
            assert time.monotonic() < deadline
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(20)
