"""Words that mean nothing here are named and left out."""

from __future__ import annotations

from tests.resources.dlt_python.page_words import losses, with_entry


def test_words_without_a_meaning_here_are_named_and_left_out() -> None:
    made = with_entry(endpoint={"path": "surveys", "shards": 3}, description="People's answers")
    assert made.content["resources"][0] == {"name": "surveys", "endpoint": {"path": "surveys"}}
    assert losses(made) == ["`resources[0].endpoint.shards` is no word of dlt; it is left out"]
    assert "`resources[0].description` is no word of dlt; it is left out" in [each.sentence for each in made.remarks]
