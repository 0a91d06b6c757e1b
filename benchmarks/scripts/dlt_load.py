"""The `rest_api` source of dlt into PostgreSQL: extracted, normalized, loaded and merged by the key."""

import json
import sys
from pathlib import Path
from typing import Any

import dlt  # type: ignore[import-not-found,unused-ignore] # only in its own environment
from dlt.destinations import postgres  # type: ignore[import-not-found,unused-ignore] # likewise
from dlt.sources.rest_api import rest_api_source  # type: ignore[import-not-found,unused-ignore] # likewise


def main(config: dict[str, Any], folder: str) -> None:
    """Load the contacts; `fastest` merges by upsert, keeps lists in their column, and loads by COPY."""
    is_fastest = config["fastest"]
    key = {"type": "api_key", "name": "api_key", "api_key": config["api_key"], "location": "query"}
    paginator = {"type": "offset", "limit": config["page_size"], "total_path": "total"}
    merge = {"disposition": "merge", "strategy": "upsert"} if is_fastest else "merge"
    source = rest_api_source(
        {
            "client": {"base_url": config["api_url"], "auth": key},
            "resource_defaults": {"primary_key": "id", "write_disposition": merge},
            "resources": [
                {
                    "name": "contacts",
                    "endpoint": {"path": "/v1/contacts", "data_selector": "data", "paginator": paginator},
                }
            ],
        }
    )
    if is_fastest:
        source.max_table_nesting = 0
    pipeline = dlt.pipeline(
        "contacts", destination=postgres(config["database"]), dataset_name=config["schema"], pipelines_dir=folder
    )
    pipeline.run(source, loader_file_format="csv" if is_fastest else None).raise_on_failed_jobs()


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_bytes()), sys.argv[2])
