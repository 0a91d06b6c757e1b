"""The `rest_api` source of dlt, up to the end of its extract step: files with the records as the API sent them."""

import json
import sys
from pathlib import Path
from typing import Any

import dlt  # type: ignore[import-not-found,unused-ignore] # only in its own environment
from dlt.sources.rest_api import rest_api_source  # type: ignore[import-not-found,unused-ignore] # likewise


def main(config: dict[str, Any], folder: str) -> None:
    """Extract the contacts into files below the folder; nothing is normalized or loaded."""
    key = {"type": "api_key", "name": "api_key", "api_key": config["api_key"], "location": "query"}
    paginator = {"type": "offset", "limit": config["page_size"], "total_path": "total"}
    source = rest_api_source(
        {
            "client": {"base_url": config["api_url"], "auth": key},
            "resource_defaults": {"primary_key": "id", "write_disposition": "merge"},
            "resources": [
                {
                    "name": "contacts",
                    "endpoint": {"path": "/v1/contacts", "data_selector": "data", "paginator": paginator},
                }
            ],
        }
    )
    dlt.pipeline("contacts", destination="dummy", pipelines_dir=folder).extract(source)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_bytes()), sys.argv[2])
