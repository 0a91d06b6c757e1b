"""A header may name the failure of a response whose list is empty."""

from __future__ import annotations

import pytest

from tap_analytics.records.failures.header_faults import fault_in


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Error", "invalid key"),
        ("X-Error-Code", "AUTH-7"),
        ("Error", "quota gone"),
        ("X-Amzn-ErrorType", "AccessDeniedException"),
        ("X-Api-Status", "401"),
        ("X-Status", "error"),
        ("X-Result-Code", "-5"),
        ("X-Failure-Reason", "no plan"),
        ("X-Message", "Your trial is over"),
    ],
)
def test_a_header_with_the_name_of_a_failure_is_one_and_is_quoted(name: str, value: str) -> None:
    fault = fault_in({"Content-Type": "application/json", name: value})
    assert fault is not None
    assert str(fault).startswith(f"the response reports an error in `{name}`: {value}; if that is no error, declare")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Error", ""),
        ("X-Error", "none"),
        ("X-Error-Message", "No records found"),
        ("X-Error-Count", "5"),
        ("X-Error-Handler", "default"),
        ("X-Error-Url", "https://api.example.com/errors"),
        ("X-Error-Policy", "strict"),
        ("NEL", '{"report_to": "x", "failure_fraction": 0.1}'),
        ("Report-To", '{"group": "errors"}'),
        ("Access-Control-Expose-Headers", "X-Error"),
        ("X-Status", "ok"),
        ("Status", "200 OK"),
        ("X-Cache", "Error from cache"),
        ("X-Cache-Status", "EXPIRED"),
        ("X-Application-Context", "app:errors"),
        ("X-Result-Code", "0"),
        ("Retry-After", "5"),
        ("X-Message", "ok"),
    ],
)
def test_other_headers_name_none(name: str, value: str) -> None:
    assert fault_in({name: value}) is None
