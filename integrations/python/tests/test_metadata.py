"""Metadata comes back as it was put, and is found by filters, as with LangGraph's own saver."""

from __future__ import annotations

import uuid
from typing import Any

from langgraph.checkpoint.base import Checkpoint, empty_checkpoint
from langgraph.checkpoint.memory import InMemorySaver

from agent_memory.langgraph import AgentMemorySaver


def test_metadata_that_json_cannot_say_comes_back(saver: AgentMemorySaver) -> None:
    exact = {
        "raw": b"\x00\xff",
        "plain": {"a": [1.5, None]},
        "id": uuid.UUID(int=5),
        "large": 2**64 - 1,
        "zero": {"text": "a\0b"},
    }
    metadata: Any = {"source": "loop", "step": 0, **exact}
    config = {"configurable": {"thread_id": "t", "checkpoint_ns": ""}}
    stored = saver.put(config, empty_checkpoint(), metadata, {})
    found = saver.get_tuple(stored)
    assert found is not None
    assert {name: found.metadata[name] for name in exact} == exact  # type: ignore[literal-required]
    assert "agent_memory_metadata" not in found.checkpoint


def _exactly(value: Any) -> Any:
    """A value with the kinds of its parts, which ``==`` does not tell apart."""
    if isinstance(value, dict):
        return {name: _exactly(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value), [_exactly(element) for element in value]
    return type(value), repr(value)


def test_metadata_comes_back_and_is_found_as_with_langgraphs_own_saver(
    saver: AgentMemorySaver,
) -> None:
    values: dict[str, Any] = {
        "whole": 1.0,
        "zero": -0.0,
        "fraction": 0.1,
        "huge": 1e300,
        "number": 1,
        "flag": True,
        "nested": {"a": [1.0, 1, True, None, {"b": 2.0}], "c": 1.5},
        "plain": {"a": [1, 2.5, "x"]},
        "tuple": (1, 2.0),
        "infinite": float("inf"),
        "raw": b"\x00",
        "large": 2**64 - 1,
        "text": "a",
    }
    theirs = InMemorySaver()
    config: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": ""}}
    for number in range(6):
        checkpoint: Checkpoint = {**empty_checkpoint(), "id": f"{number}"}
        metadata: Any = {"source": "loop", "step": number, **(values if number % 2 else {})}
        for each in (saver, theirs):
            each.put(config, checkpoint, metadata, {})
    ours, own = saver.get_tuple(config), theirs.get_tuple(config)
    assert ours is not None and own is not None
    assert _exactly(ours.metadata) == _exactly(own.metadata)

    def found(each: Any, filter: dict[str, Any], limit: int | None) -> list[str]:
        return [tuple.checkpoint["id"] for tuple in each.list(config, filter=filter, limit=limit)]

    others: list[tuple[str, Any]] = [
        ("whole", float("inf")),
        ("whole", float("nan")),
        ("raw", b"other"),
        ("none", float("-inf")),
        ("whole", 1),
        ("number", 1.0),
    ]
    for name, value in [*values.items(), *others]:
        for limit in (None, 0, 2):
            filter = {"source": "loop", name: value}
            assert found(saver, filter, limit) == found(theirs, filter, limit), (name, value)
