"""Text is written so that variables stand where the tap takes them, and defaults elsewhere."""

from __future__ import annotations

from tests.resources.dlt_python.readings import endpoint, params, read, sentences


def test_a_dollar_that_is_meant_as_such_is_doubled() -> None:
    assert params('"$HOME and $5"') == "$$HOME and $5"
    assert endpoint('{"path": "x", "data_selector": "$"}').content["resources"][0]["endpoint"]["data_selector"] == "$"


def test_the_variables_that_are_needed_are_listed() -> None:
    assert endpoint('{"params": {"a": dlt.secrets["b"], "c": os.environ["D"]}}').variables == ["B", "D"]


def test_where_no_variable_can_stand_the_default_of_the_code_does() -> None:
    made = endpoint('{"path": os.getenv("ROOT", "v2") + "/calls"}')
    assert made.content["resources"][0]["endpoint"]["path"] == "v2/calls"
    assert "has the default" in sentences(made, losing=False)[0]


def test_where_no_variable_can_stand_and_there_is_no_default_its_value_is_asked_for() -> None:
    made = endpoint('{"data_selector": dlt.config["root"]}')
    assert "`resources[0].endpoint.data_selector` needs `$ROOT`" in sentences(made, losing=True)[0]
    assert made.variables == []


def test_a_key_that_is_written_in_the_code_is_told_and_not_shown() -> None:
    made = read('rest_api_source({"client": {"base_url": "u", "auth": {"token": "open-sesame"}}, "resources": ["a"]})')
    assert any("`client.auth.token` is written out" in sentence for sentence in sentences(made, losing=False))
    assert not any("open-sesame" in sentence for sentence in sentences(made))


def test_an_address_may_hold_a_variable() -> None:
    made = read(
        'rest_api_source({"client": {"base_url": dlt.config["host"]}, "resources": [{"name": "a", "endpoint": '
        '{"path": f"{dlt.config[\'root\']}/a"}}]})'
    )
    assert made.content["client"]["base_url"] == "$HOST"
    assert made.content["resources"][0]["endpoint"]["path"] == "$ROOT/a"
    assert made.variables == ["HOST", "ROOT"]
    assert sentences(made) == []
