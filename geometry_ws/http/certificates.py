"""A certificate and its key, as files in PEM -> the files that Crossbar.io takes."""

import ssl
import stat
from pathlib import Path
from typing import Final

_LARGEST_PEM: Final = 2**20
_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_END: Final = "-----END CERTIFICATE-----"


class BadCertificate(Exception):
    """A certificate or its key can't be used; one sentence."""


def read_tls(pair: tuple[Path, Path], folder: Path) -> tuple[list[str], str]:
    """The files of a certificate, with those that lead to who has signed it, and of its key.

    Crossbar.io sends the first certificate of a file alone, so each gets a file in `folder`.
    Raises BadCertificate.
    """
    certificate, key = (path.expanduser().absolute() for path in pair)
    try:
        mode = key.stat().st_mode
        chain = certificate.read_bytes()[: _LARGEST_PEM + 1]
    except OSError as problem:
        raise BadCertificate(f"{problem.filename} can't be read: {problem.strerror}.") from None
    if stat.S_IMODE(mode) & 0o077:
        raise BadCertificate(f"{key} can be read by others: run chmod 600 on it.")
    try:
        # It compares the two, and would ask for a password on the terminal.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (ssl.SSLError, OSError, ValueError):
        raise BadCertificate(
            f"{certificate} and {key} are no certificate and its key in PEM, without a password."
        ) from None
    texts = [f"{_BEGIN}{part.partition(_END)[0]}{_END}\n" for part in _parts(chain)]
    names = [folder / f"certificate-{number}.pem" for number in range(len(texts))]
    for name, text in zip(names, texts, strict=True):
        name.write_text(text, "utf-8")
    return [str(name) for name in names], str(key)


def _parts(chain: bytes) -> list[str]:
    return chain.decode("utf-8", "replace").split(_BEGIN)[1:]
