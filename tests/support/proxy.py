"""A real nginx with TLS in front of a node, configured as docs/access.md says."""

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


def site_of_the_page():
    """The configuration for nginx that docs/access.md shows."""
    from tests.test_documents import ROOT

    text = (ROOT / "docs" / "access.md").read_text("utf-8")
    return (
        text.partition("<!-- example: nginx -->")[2].partition("```nginx\n")[2].partition("```")[0]
    )


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
