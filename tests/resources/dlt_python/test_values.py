"""Values that are not known before the tap runs are variables."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import params


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('dlt.secrets["api_key"]', "$API_KEY"),
        ('dlt.secrets["sources.crm.api_key"]', "$SOURCES__CRM__API_KEY"),
        ('dlt.secrets["sources"]["crm"]', "$SOURCES__CRM"),
        ('dlt.secrets.get("token")', "$TOKEN"),
        ('dlt.config["start-date"]', "$START_DATE"),
        ('dlt.config.get("region", str)', "$REGION"),
        ('os.environ["ZONE"]', "$ZONE"),
        ('os.getenv("ZONE", "eu")', "${ZONE:-eu}"),
        ('os.environ.get("ZONE") or "eu"', "${ZONE:-eu}"),
        ('os.getenv("ZONE", "{eu}")', "$ZONE"),
        ("f\"Token {dlt.secrets['key']}\"", "Token $KEY"),
        ("f\"{dlt.secrets['key']}A\"", "${KEY}A"),
        ("'{}:{}'.format(dlt.secrets['a'], 'b')", "$A:b"),
        ("':'.join(['a', dlt.secrets['b']])", "a:$B"),
        ('"Basic " + dlt.secrets["key"]', "Basic $KEY"),
        ('f"{dlt.config[\'host\']}/".rstrip("/")', "$HOST"),
    ],
)
def test_a_secret_or_a_setting_is_a_variable(expression: str, expected: str) -> None:
    assert params(expression) == expected
