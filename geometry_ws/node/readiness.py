"""Does every component answer? Asked as everybody would: by HTTP."""

import http.client
import json


def missing(port: int, timeout: float = 3.0) -> list[str] | None:
    """Names of the components that don't answer; None where there is no node at all."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", "/health")
        body = json.loads(connection.getresponse().read(65536))
        components = body["components"].items()
        return [name for name, state in components if state != "ok"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, AttributeError, TypeError):
        return None
    finally:
        connection.close()
