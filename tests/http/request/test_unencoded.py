"""Parameters that stand in a URL as they are written."""

from __future__ import annotations

from tap_analytics.http.request.placeholders import Many
from tap_analytics.http.request.unencoded import in_grammar, with_parameters


def test_parameters_stand_in_the_url_and_the_others_do_not() -> None:
    params = {"range": "(start:(year:2024))", "ids": ["List(a%3A1)", "b"], "q": "x y"}
    url, rest = with_parameters("https://api.example.com/ads?a=1", params, ["range", "ids", "gone"])
    assert url == "https://api.example.com/ads?a=1&range=(start:(year:2024))&ids=List(a%3A1)&ids=b"
    assert rest == {"q": "x y"}
    assert with_parameters("https://api.example.com", {"q": 1}, ["gone"]) == ("https://api.example.com", {"q": 1})


def test_values_of_records_are_encoded_and_bounds_are_not() -> None:
    values = {"resources.a.id": "urn:a:1", "resources.b.id": Many(["x,y", 2], ","), "incremental.start_value": "(a:1)"}
    found = in_grammar(values)
    assert found["resources.a.id"] == "urn%3Aa%3A1"
    assert str(found["resources.b.id"]) == "x%2Cy,2"
    assert found["incremental.start_value"] == "(a:1)"
