"""The plain loop: ask for a page, write its records, add `limit` to the offset. No checks, no state, no retries."""

import json
import sys
from pathlib import Path
from typing import Any

import requests

try:
    from orjson import dumps, loads  # type: ignore[import-not-found,unused-ignore] # only in its own environment
except ModuleNotFoundError:  # `--small` runs it in the tap's environment, so that it needs no other
    from msgspec.json import decode as loads
    from msgspec.json import encode as dumps


def main(config: dict[str, Any]) -> None:
    """Write every contact as one line of JSON."""
    session = requests.Session()
    limit, offset = config["page_size"], 0
    while True:
        params = {"api_key": config["api_key"], "limit": limit, "offset": offset}
        response = session.get(f"{config['api_url']}/v1/contacts", params=params, timeout=60)
        records = loads(response.content)["data"]
        for record in records:
            sys.stdout.buffer.write(dumps({"type": "RECORD", "stream": "contacts", "record": record}) + b"\n")
        if len(records) < limit:
            break
        offset += limit


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_bytes()))
