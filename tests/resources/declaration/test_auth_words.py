"""An endpoint with credentials of its own says all of them."""

from __future__ import annotations

import subprocess
import sys

from tap_analytics.resources.declaration import auth_words


def test_words_that_are_not_whole_are_refused_with_their_place() -> None:
    (fault,) = auth_words.faults({"type": "http_basic", "username": "ann"}, "resources[0].endpoint.auth")
    assert fault.startswith("`resources[0].endpoint.auth.password` is missing")


def test_whole_words_are_settings() -> None:
    words = {"type": "http_basic", "username": "ann", "password": "s3cret"}
    assert not list(auth_words.faults(words, "auth"))
    assert auth_words.settings(words).items() >= {"username": "ann", "password": "s3cret"}.items()


def test_an_endpoint_without_credentials_of_its_own_loads_no_kind_of_them() -> None:
    code = (
        "import sys; from tap_analytics.resources.declaration import endpoint;"
        "sys.exit(any(name.startswith('tap_analytics.http.auth.grants') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
