"""Paginator classes of the file that derive from dlt's: the words for those that do what is usual."""

from __future__ import annotations

from textwrap import indent

import pytest

from tests.resources.dlt_python.readings import endpoint, read, sentences

_IMPORT = (
    "from dlt.sources.helpers.rest_client.paginators import BaseNextUrlPaginator, BasePaginator, "
    "BaseReferencePaginator, JSONLinkPaginator, JSONResponseCursorPaginator, OffsetPaginator, PageNumberPaginator\n"
)
_INIT = "def __init__(self):\n    super().__init__()\n"
_PUT = "def update_request(self, request):\n    if request.params is None:\n        request.params = {}\n    "
_PAGES = (
    "def __init__(self, name='page', first=1):\n    super().__init__()\n    self.name = name\n    self.page = first\n"
    "def init_request(self, request):\n    self.update_request(request)\n"
    f"{_PUT}request.params[self.name] = self.page\n"
)
_OFFSETS = (
    "def __init__(self, size=30):\n    super().__init__()\n    self.size = size\n    self.offset = 0\n"
    f"{_PUT}request.params.update({{'skip': self.offset, 'count': self.size}})\n"
)
_CURSOR = f"{_PUT}request.params['after'] = self.after\n"
_STATE = "def update_state(self, response, data=None):\n"


def _class(base: str, body: str) -> str:
    return f"{_IMPORT}class Own({base}):\n{indent(body, '    ')}\n"


@pytest.mark.parametrize(
    ("base", "body", "words"),
    [
        (
            "BasePaginator",
            (
                f"{_PAGES}{_STATE}    if not response.json():\n        self._has_next_page = False\n"
                "    else:\n        self.page += 1\n"
            ),
            {"type": "page_number", "base_page": 1, "page_param": "page"},
        ),
        (
            "BasePaginator",
            (
                f"{_OFFSETS}{_STATE}    body = response.json()\n    self.total = body.get('total', 0)\n"
                "    self.offset += self.size\n    self._has_next_page = self.offset < self.total\n"
            ),
            {"type": "offset", "limit": 30, "offset_param": "skip", "limit_param": "count"},
        ),
        (
            "BasePaginator",
            f"{_OFFSETS}{_STATE}    self.offset = self.offset + len(data)\n    self._has_next_page = len(data) > 0\n",
            {"type": "offset", "limit": 30, "offset_param": "skip", "limit_param": "count"},
        ),
        (
            "BasePaginator",
            (
                f"{_CURSOR}{_STATE}    page = response.json().get('paging') or {{}}\n    self.after = page.get('end')\n"
                "    self._has_next_page = bool(page.get('has_more')) and self.after is not None\n"
            ),
            {
                "type": "cursor",
                "cursor_path": "paging.end",
                "cursor_param": "after",
                "has_more_path": "paging.has_more",
            },
        ),
        (
            "BasePaginator",
            (
                f"{_CURSOR}{_STATE}    rows = response.json()['data']\n"
                "    if rows:\n        self.after = rows[-1]['id']\n"
                "    else:\n        self._has_next_page = False\n"
            ),
            {"type": "cursor", "cursor_path": "data[-1].id", "cursor_param": "after"},
        ),
        (
            "BasePaginator",
            (
                f"{_CURSOR}{_STATE}    self.after = response.headers.get('X-Next')\n"
                "    self._has_next_page = bool(self.after)\n"
            ),
            {"type": "header_cursor", "cursor_key": "X-Next", "cursor_param": "after"},
        ),
        (
            "BaseReferencePaginator",
            (
                f"{_STATE}    self._next_reference = response.json().get('next_page')\n"
                "def update_request(self, request):\n    request.json['variables']['after'] = self._next_reference\n"
            ),
            {"type": "cursor", "cursor_path": "next_page", "cursor_body_path": "variables.after"},
        ),
        (
            "BasePaginator",
            (
                f"{_INIT}    self.page = 1\n{_STATE}    self.total = int(response.headers.get('X-Pages', 1))\n"
                "    self.page += 1\n    self._has_next_page = self.page <= self.total\n"
                "def update_request(self, request):\n    request.params = {**(request.params or {}), 'p': self.page}\n"
            ),
            {"type": "page_number", "base_page": 1, "page_param": "p"},
        ),
        (
            "PageNumberPaginator",
            (
                "def __init__(self, **more):\n    super().__init__(base_page=0, **(more or dict(page_param='p')))\n"
                f"{_STATE}    super().update_state(response, data)\n"
            ),
            {"type": "page_number", "base_page": 0, "page_param": "p"},
        ),
        (
            "BaseNextUrlPaginator",
            f"{_STATE}    self._next_reference = response.json().get('links', {{}}).get('next')\n",
            {"type": "json_link", "next_url_path": "links.next"},
        ),
        (
            "JSONLinkPaginator",
            (
                "def __init__(self, path='@odata.nextLink'):\n    super().__init__()\n    self.next_url_path = path\n"
                f"{_STATE}    self._next_reference = response.json().get(self.next_url_path)\n"
            ),
            {"type": "json_link", "next_url_path": "['@odata.nextLink']"},
        ),
        (
            "JSONResponseCursorPaginator",
            (
                "def __init__(self):\n    super().__init__(cursor_path='next', cursor_param='after')\n"
                f"{_STATE}    super().update_state(response, data)\n    if response.json()['is_last']:\n"
                "        self._has_next_page = False\n"
            ),
            {"type": "cursor", "cursor_path": "next", "cursor_param": "after", "is_last_path": "is_last"},
        ),
        (
            "PageNumberPaginator",
            (
                "def __init__(self, size=50):\n    super().__init__(base_page=0)\n    self.size = size\n"
                f"{_STATE}    super().update_state(response, data)\n    if data and len(data) < self.size:\n"
                "        self._has_next_page = False\n"
            ),
            {"type": "page_number", "base_page": 0},
        ),
    ],
)
def test_a_class_that_does_what_is_usual_is_written_in_words(base: str, body: str, words: dict[str, object]) -> None:
    found = endpoint('{"paginator": Own()}', _class(base, body))
    assert found.content["resources"][0]["endpoint"]["paginator"] == words
    assert not sentences(found)


@pytest.mark.parametrize(
    ("base", "body"),
    [
        # A row decides where the list ends.
        (
            "BasePaginator",
            f"{_PAGES}{_STATE}    self.page += 1\n    self._has_next_page = data[-1]['at'] > '2025'\n",
        ),
        (
            "BasePaginator",
            f"{_PAGES}{_STATE}    self.page += 1\n    self._has_next_page = response.json()['at'] > '2025'\n",
        ),
        # It gives up at some page.
        ("BasePaginator", f"{_PAGES}{_STATE}    self.page += 1\n    self._has_next_page = self.page < 10\n"),
        # The cursor is cut out of a link, or is one of two.
        ("BasePaginator", f"{_CURSOR}{_STATE}    self.after = response.json()['next'].split('=')[1]\n"),
        (
            "BasePaginator",
            (
                f"{_CURSOR}{_STATE}    body = response.json()\n    self.after = body['a']\n"
                "    if data:\n        self.after = body['b']\n"
            ),
        ),
        # It counts requests, loops, sets headers, goes to another path, or steps without saying a size.
        ("BasePaginator", f"{_INIT}{_STATE}    pass\n{_PUT}self.page += 1\n    request.params['page'] = self.page\n"),
        ("BasePaginator", f"{_PAGES}{_STATE}    for row in data:\n        self.page += 1\n"),
        ("BasePaginator", f"{_CURSOR}    request.headers['a'] = 'b'\n{_STATE}    self.after = response.json()['a']\n"),
        (
            "BasePaginator",
            (
                f"{_STATE}    self.after = response.json()['a']\n"
                "def update_request(self, request):\n    request.url = 'https://127.0.0.1/' + self.after\n"
            ),
        ),
        ("BasePaginator", f"{_PAGES}{_STATE}    self.page += 7\n"),
        ("BasePaginator", f"{_PAGES}    request.params = {{**self.more, 'a': 'b'}}\n{_STATE}    self.page += 1\n"),
        ("OffsetPaginator", f"{_STATE}    self._has_next_page = bool(data)\n"),
        ("JSONLinkPaginator", "def update_request(self, request):\n    request.params = {'a': 'b'}\n"),
    ],
)
def test_a_class_that_does_more_is_told_with_what_to_do(base: str, body: str) -> None:
    found = endpoint('{"paginator": Own()}', _class(base, body))
    assert "paginator" not in found.content["resources"][0].get("endpoint", {})
    (sentence,) = sentences(found, losing=True)
    assert f"derives from `{base}`" in sentence
    assert "declare a `paginator` in words" in sentence


def test_a_class_needs_no_import_of_its_base() -> None:
    body = f"{_STATE}    self._next_reference = response.json()['next']\n"
    code = _class("BaseNextUrlPaginator", body).removeprefix(_IMPORT)
    paginator = endpoint('{"paginator": Own()}', code).content["resources"][0]["endpoint"]["paginator"]
    assert paginator == {"type": "json_link", "next_url_path": "next"}


def test_a_class_that_is_registered_is_written_in_words() -> None:
    body = "def __init__(self, next_url_path='next', size=5):\n    super().__init__(next_url_path=next_url_path)\n"
    body += f"    self.size = size\n{_STATE}    super().update_state(response, data)\n"
    made = read(
        f"from dlt.sources.rest_api.config_setup import register_paginator\n{_class('JSONLinkPaginator', body)}\n"
        "register_paginator('own', Own)\n"
        "rest_api_source({'client': {'base_url': 'u', 'paginator': {'type': 'own', 'next_url_path': 'links.next'}}, "
        "'resources': ['calls']})\n"
    )
    assert made.content["client"]["paginator"] == {"type": "json_link", "next_url_path": "links.next"}
