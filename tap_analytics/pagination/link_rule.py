"""Where a link of an API may lead."""

from __future__ import annotations

from enum import Enum


class LinkRule(Enum):
    """What is done with a link that leads to another server than the API's; the key never goes there."""

    REFUSE = "the list fails"
    QUERY_ONLY = "its path and query are asked for at the server of the API"
    WITHOUT_KEY = "it is followed without the key"
