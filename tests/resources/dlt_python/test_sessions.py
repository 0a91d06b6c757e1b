"""Sessions of `requests` that code makes for a client."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import read, sentences

_SOURCE = 'rest_api_source({"client": {"base_url": "u", "session": s}, "resources": ["calls"]})'


@pytest.mark.parametrize(
    "made",
    [
        "s = requests.Session()\ns.headers.update({'X-Key': os.environ['KEY']})",
        "s = requests.session()\ns.headers['X-Key'] = os.environ['KEY']",
        "from requests import Session\ns = Session()\ns.headers = {'X-Key': os.environ['KEY']}",
        "from dlt.sources.helpers.requests import Client\ns = Client().session\ns.headers['X-Key'] = os.environ['KEY']",
        "def make():\n    s = requests.Session()\n    s.headers['X-Key'] = os.environ['KEY']\n    return s\ns = make()",
    ],
)
def test_headers_of_a_session_are_those_of_the_client(made: str) -> None:
    found = read(f"import requests\n{made}\n{_SOURCE}")
    assert found.content["client"] == {"base_url": "u", "headers": {"X-Key": "$KEY"}}
    assert not sentences(found, losing=True)


def test_headers_of_the_client_win_over_those_of_its_session() -> None:
    found = read("""
        import requests
        s = requests.Session()
        s.headers.update({"A": "1", "B": "2"})
        rest_api_source({"client": {"base_url": "u", "headers": {"B": "3"}, "session": s}, "resources": ["calls"]})
    """)
    assert found.content["client"]["headers"] == {"A": "1", "B": "3"}


def test_credentials_and_parameters_of_a_session_are_written() -> None:
    found = read(f"import requests\ns = requests.Session()\ns.auth = ('me', 'x')\ns.params = {{'v': 2}}\n{_SOURCE}")
    assert found.content["client"]["auth"] == {"type": "http_basic", "username": "me", "password": "x"}
    assert found.content["resource_defaults"] == {"endpoint": {"params": {"v": 2}}}


def test_adapters_change_nothing_and_other_attributes_are_told() -> None:
    found = read(f"import requests\ns = requests.Session()\ns.mount('https://', 1)\ns.verify = False\n{_SOURCE}")
    assert "`mount` is left out: the tap tries again by itself" in sentences(found, losing=False)
    assert sentences(found, losing=True) == ["`verify` of a session has no word; it is left out"]


def test_the_session_of_a_rest_client_is_written_too() -> None:
    found = read("""
        import requests
        s = requests.Session()
        s.headers["X-Key"] = "k"

        @dlt.resource
        def calls():
            yield from RESTClient("u", session=s).paginate("calls")
    """)
    assert found.content["client"] == {"base_url": "u", "headers": {"X-Key": "k"}}
