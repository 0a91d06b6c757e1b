"""Classes of dlt are the words that they stand for."""

from __future__ import annotations

from tests.resources.dlt_python.readings import content


def test_classes_of_dlt_are_their_words() -> None:
    made = content("""
        from dlt.sources.helpers.rest_client.auth import APIKeyAuth, BearerTokenAuth, HttpBasicAuth
        from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials as OAuth2
        from dlt.sources.helpers.rest_client import paginators as p
        pages = {
            "a": p.JSONLinkPaginator("links.next"),
            "b": p.OffsetPaginator(50, total_path=None),
            "c": p.PageNumberPaginator(base_page=1, total_path="pages"),
            "d": p.HeaderLinkPaginator(links_next_key="next"),
            "e": p.SinglePagePaginator(),
            "f": p.JSONResponseCursorPaginator("next", cursor_param="after"),
        }
        auths = {
            "a": APIKeyAuth("X-Key", dlt.secrets["key"], "query"),
            "b": HttpBasicAuth("user", dlt.secrets["password"]),
            "c": OAuth2(access_token_url="t", client_id="i", client_secret=dlt.secrets["s"]),
        }
        rest_api_source({
            "client": {"base_url": "u", "auth": BearerTokenAuth(token=dlt.secrets["token"])},
            "resources": [
                *({"name": name, "endpoint": {"paginator": each}} for name, each in pages.items()),
                *({"name": f"auth_{name}", "endpoint": {"auth": each}} for name, each in auths.items()),
            ],
        })
    """)
    assert made["client"]["auth"] == {"type": "bearer", "token": "$TOKEN"}
    endpoints = [each["endpoint"] for each in made["resources"]]
    assert [each["paginator"] for each in endpoints[:6]] == [
        {"type": "json_link", "next_url_path": "links.next"},
        {"type": "offset", "limit": 50, "total_path": None},
        {"type": "page_number", "base_page": 1, "total_path": "pages"},
        {"type": "header_link", "links_next_key": "next"},
        {"type": "single_page"},
        {"type": "cursor", "cursor_path": "next", "cursor_param": "after"},
    ]
    assert [each["auth"] for each in endpoints[6:]] == [
        {"type": "api_key", "name": "X-Key", "api_key": "$KEY", "location": "query"},
        {"type": "http_basic", "username": "user", "password": "$PASSWORD"},
        {"type": "oauth2_client_credentials", "access_token_url": "t", "client_id": "i", "client_secret": "$S"},
    ]
