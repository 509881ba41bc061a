from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

import pytest
from langgraph.store.base import (
    GetOp,
    InvalidNamespaceError,
    ListNamespacesOp,
    MatchCondition,
    PutOp,
    SearchOp,
)
from langgraph.store.memory import InMemoryStore

from agent_memory import AgentMemoryError
from agent_memory.langgraph import AgentMemoryStore


def test_items(store: AgentMemoryStore) -> None:
    store.put(("users", "alice"), "k", {"text": "é", "n": 1, "list": [1.5, None, {"a": True}]})
    first = store.get(("users", "alice"), "k")
    assert first is not None
    assert first.value == {"text": "é", "n": 1, "list": [1.5, None, {"a": True}]}
    assert (first.namespace, first.key) == (("users", "alice"), "k")
    assert first.created_at == first.updated_at and first.created_at.tzinfo is not None
    store.put(("users", "alice"), "k", {"new": 1})
    second = store.get(("users", "alice"), "k")
    assert second is not None and second.value == {"new": 1}
    assert second.created_at == first.created_at and second.updated_at > first.updated_at
    store.delete(("users", "alice"), "k")
    assert store.get(("users", "alice"), "k") is None


def test_search_and_filters(store: AgentMemoryStore) -> None:
    for number in range(25):
        store.put(("docs", str(number % 2)), f"k{number}", {"n": number, "even": number % 2 == 0})
    assert len(store.search(("docs",))) == 10
    assert len(store.search(("docs", "1"), limit=100)) == 12
    assert [item.value["n"] for item in store.search(("docs",), filter={"n": {"$gte": 23}})] == [24, 23]
    assert len(store.search(("docs",), filter={"even": True}, limit=100)) == 13
    assert len(store.search(("docs",), filter={"n": {"$ne": 3}}, limit=100)) == 24
    pages = [store.search((), limit=10, offset=offset) for offset in (0, 10, 20)]
    assert len({item.key for page in pages for item in page}) == 25


def test_questions(store: AgentMemoryStore) -> None:
    store.put(("m",), "food", {"text": "prefers vegetarian lasagne"})
    store.put(("m",), "work", {"text": "works as a gardener"})
    store.put(("m",), "hidden", {"text": "lasagne too"}, index=False)
    found = store.search(("m",), query="lasagne")
    assert found[0].key == "food" and found[0].score is not None and 0 < found[0].score <= 1
    assert {item.key: item.score for item in found}["hidden"] is None


def test_namespaces(store: AgentMemoryStore) -> None:
    for path in ["a.b.c", "a.b.d.e", "a.b.d.i", "a.b.f", "a.c.f"]:
        store.put(tuple(path.split(".")), "k", {})
    assert store.list_namespaces(prefix=("a", "b"), max_depth=3) == [
        ("a", "b", "c"),
        ("a", "b", "d"),
        ("a", "b", "f"),
    ]
    assert store.list_namespaces(suffix=("f",)) == [("a", "b", "f"), ("a", "c", "f")]
    assert store.list_namespaces(prefix=("a", "*", "f"), limit=1, offset=1) == [("a", "c", "f")]
    several = ListNamespacesOp(
        match_conditions=(
            MatchCondition("prefix", ("a",)),
            MatchCondition("prefix", ("*", "b")),
            MatchCondition("suffix", ("*",)),
        ),
        max_depth=3,
        limit=2,
        offset=1,
    )
    assert store.batch([several]) == [[("a", "b", "d"), ("a", "b", "f")]]


def test_batches_read_what_was_before(store: AgentMemoryStore) -> None:
    store.put(("a",), "k", {"n": 1})
    results = store.batch(
        [
            PutOp(("a",), "k", {"n": 2}),
            GetOp(("a",), "k"),
            PutOp(("a",), "k", {"n": 3}),
            SearchOp(("a",)),
            PutOp(("a",), "gone", None),
        ]
    )
    assert results[0] is None and results[4] is None
    assert results[1].value == {"n": 1}  # type: ignore[union-attr]
    assert [item.value for item in results[3]] == [{"n": 1}]  # type: ignore[union-attr]
    item = store.get(("a",), "k")
    assert item is not None and item.value == {"n": 3}
    assert store.batch([]) == []


def test_pages_of_a_batch_read_what_was_before_its_puts(store: AgentMemoryStore) -> None:
    store.batch([PutOp(("a",), f"k{number}", {"n": number}) for number in range(1_500)])
    several = ListNamespacesOp(
        match_conditions=(MatchCondition("prefix", ("a",)), MatchCondition("prefix", ("*",)))
    )
    results = store.batch(
        [
            PutOp(("a",), "first", {}),
            SearchOp(("a",), limit=2_000),
            *(PutOp(("a", "new"), f"k{number}", {"n": -1}) for number in range(20)),
            several,
            GetOp(("a",), "first"),
        ]
    )
    found: Any = results[1]
    assert sorted(item.value["n"] for item in found) == [*range(1_500)]
    assert results[0] is None and results[22] == [("a",)] and results[23] is None
    assert len(store.search(("a",), limit=2_000)) == 1_521


def test_limits_of_nothing_are_answered_as_langgraphs_own_store_does(
    store: AgentMemoryStore,
) -> None:
    theirs = InMemoryStore()
    several = (MatchCondition("prefix", ("a",)), MatchCondition("suffix", ("c",)))
    operations: list[Any] = [
        SearchOp(("a",), limit=0),
        ListNamespacesOp(limit=0),
        ListNamespacesOp(max_depth=0),
        ListNamespacesOp(max_depth=0, offset=1),
        ListNamespacesOp(max_depth=0, limit=0),
        ListNamespacesOp(match_conditions=several, max_depth=0),
        ListNamespacesOp(match_conditions=(MatchCondition("prefix", ("b",)),), max_depth=0),
        SearchOp(("a",), filter={"n": float("inf")}),
        SearchOp(("a",), filter={"n": {"$eq": float("nan")}}),
        SearchOp(("a",), filter={"n": [1, {"m": float("-inf")}]}),
    ]
    assert store.batch(operations) == theirs.batch(operations)
    for each in (store, theirs):
        each.put(("a", "b"), "k", {"n": 1})
        each.put(("a", "c"), "k", {"n": 1})
    assert store.batch(operations) == theirs.batch(operations)
    assert store.batch([SearchOp(("a",), limit=0)]) == [[]]
    # What is put beside is put.
    assert store.batch([SearchOp(("a",), limit=0), PutOp(("a",), "k", {})]) == [[], None]
    assert store.get(("a",), "k") is not None


def test_lifetimes(url: str) -> None:
    with AgentMemoryStore(url, namespace=uuid.uuid4().hex, ttl={"default_ttl": 0.01}) as store:
        store.put(("a",), "short", {})
        store.put(("a",), "long", {}, ttl=10)
        deadline = time.monotonic() + 30
        while store.get(("a",), "short", refresh_ttl=False) is not None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert store.get(("a",), "long") is not None
        assert store.sweep_ttl() == 1
        assert [item.key for item in store.search(("a",))] == ["long"]


def test_asynchronous(store: AgentMemoryStore) -> None:
    async def run() -> None:
        await asyncio.gather(*(store.aput(("a",), str(n), {"n": n}) for n in range(20)))
        assert len(await store.asearch(("a",), limit=100)) == 20
        item = await store.aget(("a",), "7")
        assert item is not None and item.value == {"n": 7}
        await store.adelete(("a",), "7")
        assert await store.aget(("a",), "7") is None
        assert await store.alist_namespaces() == [("a",)]
        await store.aclose()

    asyncio.run(run())


def test_refusals(store: AgentMemoryStore) -> None:
    for namespace in [(), ("",), ("a.b",), ("langgraph",)]:
        with pytest.raises(InvalidNamespaceError):
            store.put(namespace, "k", {})
    with pytest.raises(ValueError):
        store.put(("a",), "k", {"n": float("nan")})
    for value in [{"n": 2**63}, {"n": b"bytes"}, {"list": [-(2**70)]}]:
        with pytest.raises((TypeError, ValueError)):
            store.put(("a",), "k", value)
    deep: Any = 1
    for _ in range(600):
        deep = [deep]
    with pytest.raises(AgentMemoryError) as refused:
        store.put(("a",), "k", {"deep": deep})
    assert refused.value.code == "invalid"
    assert "deeper than the limit of 512 levels" in str(refused.value)
    exact = {"n": 2**63 - 1, "list": [-(2**63)], "text": "9" * 40}
    store.put(("a",), "k", exact)
    item = store.get(("a",), "k")
    assert item is not None and item.value == exact
