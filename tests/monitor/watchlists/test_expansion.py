from __future__ import annotations

from monitor.query.parser import parse
from monitor.watchlists.aliases import shipped_aliases
from monitor.watchlists.expansion import expansions


def test_every_leaf_is_spelled_out_once() -> None:
    query = parse('~tarik AND (Astana OR NOT title:korup*) AND (~tarik NEAR/3 "KPK"c) AND rob{2}')
    found = {one.term: one.forms for one in expansions(query, shipped_aliases())}
    assert list(found) == ["~tarik", "astana", "korup*", '"KPK"c', "rob"]
    assert found["~tarik"][0] == "tarik"
    assert "penarikan" in found["~tarik"]
    assert found["astana"] == ("astana", "nur sultan (from 2019-03-23 until 2022-09-17)")
    assert found["korup*"] == ("korup*",)
    assert found["rob"] == ("rob",)
