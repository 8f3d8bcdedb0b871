"""Names of the files that editors and we write beside a document for a moment. Pure."""

import re

_TEMPORARY = re.compile(
    r"~\Z|\.sw[a-z]\Z|\A\.#|\A#.*#\Z|\A4913\Z|\.tmp\Z|\.temp\Z|\.part\Z|\.crdownload\Z|\.lock\Z"
    r"|\A\.goutputstream-|\A\.nfs|\A\.~|___jb_(?:tmp|old)___\Z|\A\.DS_Store\Z"
)


def is_temporary(name: str) -> bool:
    """Say whether a file's name is one that editors give to what they are about to rename."""
    return _TEMPORARY.search(name) is not None
