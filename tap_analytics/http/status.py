"""What the status of a response means: one table."""

from __future__ import annotations

from enum import Enum

import msgspec


class Then(Enum):
    """What happens after a status."""

    ACCEPT = "the body is read"
    EMPTY = "there is no record, whatever the body holds"
    RETRY = "the request is sent again, as the retry policy says"
    NEW_TOKEN = "the request is sent once more with a new token, where there are tokens; then it fails"  # noqa: S105 - no secret
    REDIRECT = "the request fails with the place that the response names"
    FAIL = "the request fails at once"


class Meaning(msgspec.Struct, frozen=True):
    """What happens after a status, and what the message of a failure advises.

    `is_busy` slows all requests down; `is_limit` says that there were too many requests.
    """

    then: Then
    advice: str = "check `api_url` and the settings of the stream"
    is_busy: bool = False
    is_limit: bool = False


_LESS_OFTEN = "ask less often (`requests_per_second`, `concurrency`), or raise `max_retries`"
_LESS = "run again later; where it fails at the same place each time, ask for less at once (`page_size`)"

STATUSES: dict[int, Meaning] = {
    204: Meaning(Then.EMPTY),
    205: Meaning(Then.EMPTY),
    304: Meaning(Then.EMPTY),
    400: Meaning(
        Then.FAIL,
        "the API does not accept the query; check `limit_param`, `offset_param`, `start_param` and how bounds are "
        "written (`datetime_format`), and set `incremental.step` if it limits how long a period may be",
    ),
    401: Meaning(Then.NEW_TOKEN, "check the credentials"),
    403: Meaning(Then.FAIL, "these credentials may not read it; check them and what they are allowed"),
    404: Meaning(Then.FAIL, "there is no such resource; check `api_url` and the path of the resource"),
    407: Meaning(Then.FAIL, "the proxy of the environment wants a user: write it as `http://USER:PASSWORD@HOST:PORT`"),
    408: Meaning(Then.RETRY, _LESS),
    419: Meaning(Then.NEW_TOKEN, "the session has expired; check the credentials"),
    420: Meaning(Then.RETRY, _LESS_OFTEN, is_busy=True, is_limit=True),
    422: Meaning(Then.FAIL, "the API does not accept the query; check `page_size` and the parameter names"),
    425: Meaning(Then.RETRY, _LESS),
    429: Meaning(Then.RETRY, _LESS_OFTEN, is_busy=True, is_limit=True),
    430: Meaning(Then.RETRY, _LESS_OFTEN, is_busy=True, is_limit=True),
    440: Meaning(Then.NEW_TOKEN, "the session has expired; check the credentials"),
    498: Meaning(Then.NEW_TOKEN, "the token has expired; check the credentials"),
    501: Meaning(Then.FAIL),
    503: Meaning(Then.RETRY, _LESS, is_busy=True),
    505: Meaning(Then.FAIL),
}

# The meaning of any other 4xx whose headers say that there were too many requests.
LIMITED = Meaning(Then.RETRY, _LESS_OFTEN, is_busy=True, is_limit=True)

# The meaning of a redirect to a page where somebody has to sign in.
SIGN_IN = Meaning(Then.NEW_TOKEN, "there is a page to sign in; check the credentials")

# The meaning of a status without a line of its own, by its first digit.
CLASSES: dict[int, Meaning] = {
    1: Meaning(Then.FAIL),
    2: Meaning(Then.ACCEPT),
    3: Meaning(Then.REDIRECT),
    4: Meaning(Then.FAIL),
    5: Meaning(Then.RETRY, _LESS),
}


def meaning_of(status: int) -> Meaning:
    """Return what a status means; a status that HTTP does not know is a failure."""
    return STATUSES.get(status) or CLASSES.get(status // 100) or Meaning(Then.FAIL)
