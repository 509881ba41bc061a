from __future__ import annotations

import asyncio
import operator
from typing import Annotated, Any

import pytest
from langgraph.channels.delta import DeltaChannel
from langgraph.checkpoint.base import Checkpoint, CheckpointMetadata, empty_checkpoint
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict

from agent_memory import AgentMemoryError
from agent_memory.langgraph import AgentMemorySaver


class State(TypedDict):
    messages: Annotated[list[str], operator.add]
    count: int


def _graph(saver: Any) -> Any:
    def step(state: State) -> dict[str, Any]:
        return {"messages": [f"step {state.get('count', 0)}"], "count": state.get("count", 0) + 1}

    builder = StateGraph(State)
    builder.add_node("step", step)
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda state: "step" if state["count"] % 3 else END)
    return builder.compile(checkpointer=saver)


def _thread(thread_id: str = "t") -> dict[str, Any]:
    return {"configurable": {"thread_id": thread_id}}


def _history(graph: Any, config: Any) -> list[tuple[Any, Any, Any]]:
    return [
        (state.values, state.next, state.metadata["source"])
        for state in graph.get_state_history(config)
    ]


def test_graph_runs_as_with_langgraphs_own_saver(saver: AgentMemorySaver) -> None:
    ours, theirs = _graph(saver), _graph(InMemorySaver())
    for _ in range(3):
        given = {"messages": ["question"]}
        assert ours.invoke(given, _thread()) == theirs.invoke(given, _thread())
    assert _history(ours, _thread()) == _history(theirs, _thread())
    assert len(_history(ours, _thread())) == 15


def test_time_travel_and_forks(saver: AgentMemorySaver) -> None:
    graph = _graph(saver)
    graph.invoke({"messages": ["question"]}, _thread())
    before = [*graph.get_state_history(_thread())]
    early = next(state for state in before if state.values.get("count") == 1)
    forked = graph.update_state(early.config, {"messages": ["changed"], "count": 10})
    assert graph.get_state(_thread()).values == {
        "messages": ["question", "step 0", "changed"],
        "count": 10,
    }
    graph.update_state(early.config, None, as_node="__copy__")
    assert graph.get_state(_thread()).values == early.values
    assert graph.get_state(forked).values["count"] == 10
    # What was before is as it was.
    for state in before:
        assert graph.get_state(state.config).values == state.values


def test_a_fork_from_a_pruned_checkpoint_brings_its_values(saver: AgentMemorySaver) -> None:
    graph = _graph(saver)
    graph.invoke({"messages": ["question"]}, _thread())
    early = next(s for s in graph.get_state_history(_thread()) if s.values.get("count") == 1)
    found = saver.get_tuple(early.config)
    assert found is not None
    saver.prune(["t"])
    assert len([*saver.list(_thread())]) == 1
    checkpoint = found.checkpoint.copy()
    checkpoint["id"] = "2" + checkpoint["id"][1:]
    stored = saver.put(early.config, checkpoint, {"source": "loop", "step": 9}, {})
    again = saver.get_tuple(stored)
    assert again is not None
    assert again.checkpoint["channel_values"] == found.checkpoint["channel_values"]


def test_interrupts(saver: AgentMemorySaver) -> None:
    def ask(state: State) -> dict[str, Any]:
        return {"messages": [interrupt({"question": "go on?"})]}

    builder = StateGraph(State)
    builder.add_node("ask", ask)
    builder.add_edge(START, "ask")
    graph = builder.compile(checkpointer=saver)
    graph.invoke({"messages": [], "count": 0}, _thread())
    waiting = graph.get_state(_thread())
    assert waiting.next == ("ask",)
    assert waiting.interrupts[0].value == {"question": "go on?"}
    answer = graph.invoke(Command(resume="yes"), _thread())
    assert answer["messages"] == ["yes"]


def test_subgraphs_have_namespaces_of_their_own(saver: AgentMemorySaver) -> None:
    def ask(state: State) -> dict[str, Any]:
        return {"messages": [interrupt("inner?")]}

    inner = StateGraph(State)
    inner.add_node("ask", ask)
    inner.add_edge(START, "ask")
    outer = StateGraph(State)
    outer.add_node("inner", inner.compile())
    outer.add_edge(START, "inner")
    graph = outer.compile(checkpointer=saver)
    graph.invoke({"messages": [], "count": 0}, _thread())
    assert len({found.config["configurable"]["checkpoint_ns"] for found in saver.list(None)}) == 2
    assert graph.invoke(Command(resume="yes"), _thread())["messages"] == ["yes"]


def _append(values: list[str], writes: list[list[str]]) -> list[str]:
    return values + [text for write in writes for text in write]


@pytest.mark.parametrize("frequency", [2, 100])
def test_delta_channels_survive_pruning(saver: AgentMemorySaver, frequency: int) -> None:
    channel = DeltaChannel(_append, snapshot_frequency=frequency)
    # Not as a class: the names in its annotations would be looked up outside of this function.
    schema: Any = TypedDict("Delta", {"log": Annotated[list[str], channel], "count": int})

    def step(state: dict[str, Any]) -> dict[str, Any]:
        count = state.get("count", 0)
        return {"log": [f"step {count}"], "count": count + 1}

    builder = StateGraph(schema)
    builder.add_node("step", step)
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda state: "step" if state["count"] % 3 else END)
    graph = builder.compile(checkpointer=saver)
    for number in range(4):
        graph.invoke({"log": [f"question {number}"]}, _thread())
        values = graph.get_state(_thread()).values
        assert len(values["log"]) == 4 * (number + 1)
        saver.prune(["t"])
        assert graph.get_state(_thread()).values == values
        assert len([*saver.list(_thread())]) == 1
    saver.copy_thread("t", "copy")
    assert graph.get_state(_thread("copy")).values == values


@pytest.mark.parametrize("frequency", [2, 100])
def test_delta_channels_survive_forks(saver: AgentMemorySaver, frequency: int) -> None:
    channel = DeltaChannel(_append, snapshot_frequency=frequency)
    schema: Any = TypedDict("Delta", {"log": Annotated[list[str], channel], "count": int})

    def step(state: dict[str, Any]) -> dict[str, Any]:
        count = state.get("count", 0)
        return {"log": [f"step {count}"], "count": count + 1}

    builder = StateGraph(schema)
    builder.add_node("step", step)
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda state: "step" if state["count"] % 3 else END)
    graph = builder.compile(checkpointer=saver)
    for number in range(3):
        graph.invoke({"log": [f"question {number}"]}, _thread())
    before = [*graph.get_state_history(_thread())]
    for state in before:
        # Copies, and updates that begin another course, take nothing from those they come from.
        graph.update_state(state.config, None, as_node="__copy__")
        assert graph.get_state(_thread()).values == state.values
        graph.update_state(state.config, {"log": ["changed"], "count": 7}, as_node="step")
        assert graph.get_state(_thread()).values["log"][-1] == "changed"
    for state in before:
        assert graph.get_state(state.config).values == state.values
    latest = graph.get_state(_thread()).values
    saver.prune(["t"], keep=3)
    assert graph.get_state(_thread()).values == latest


def test_a_copy_without_an_incremental_channels_value_takes_it_from_nobody(
    saver: AgentMemorySaver,
) -> None:
    config: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": ""}}
    version = saver.get_next_version(None, None)
    first: Checkpoint = {
        **empty_checkpoint(),
        "id": "1",
        "channel_values": {"log": ["snapshot"]},
        "channel_versions": {"log": version},
    }
    config = saver.put(config, first, {"source": "loop", "step": 0}, {"log": version})
    copy: Checkpoint = {**first, "id": "2", "channel_values": {}}
    metadata: Any = {"source": "fork", "step": 1, "counters_since_delta_snapshot": {"log": (1, 1)}}
    saver.put(config, copy, metadata, {})
    found = saver.get_tuple(config)
    assert found is not None and found.checkpoint["channel_values"] == {"log": ["snapshot"]}


def test_asynchronous_graphs(saver: AgentMemorySaver) -> None:
    async def run() -> None:
        graph = _graph(saver)
        await graph.ainvoke({"messages": ["question"]}, _thread())
        states = [state async for state in graph.aget_state_history(_thread())]
        assert states[0].values["count"] == 3
        found = [found async for found in saver.alist(_thread(), limit=2)]
        assert len(found) == 2
        await saver.aprune(["t"], keep=2)
        assert len([found async for found in saver.alist(_thread())]) == 2
        await saver.adelete_thread("t")
        assert await saver.aget_tuple(_thread()) is None
        await saver.aclose()

    asyncio.run(run())


def test_lists_go_over_pages_and_threads(saver: AgentMemorySaver) -> None:
    parent: Any = None
    ids = []
    for number in range(230):
        checkpoint: Checkpoint = {**empty_checkpoint(), "id": f"{number:04}"}
        metadata: CheckpointMetadata = {"source": "loop", "step": number}
        place = {"thread_id": f"t{number % 2}", "checkpoint_ns": ""}
        parent = saver.put({"configurable": place}, checkpoint, metadata, {})
        ids.append(checkpoint["id"])
    listed = [found.checkpoint["id"] for found in saver.list(None)]
    assert listed == ids[::-1]
    assert len([*saver.list(_thread("t0"))]) == 115
    assert len([*saver.list(None, limit=150)]) == 150
    before = {"configurable": {"thread_id": "t1", "checkpoint_id": "0011"}}
    assert [f.checkpoint["id"] for f in saver.list(_thread("t1"), before=before, limit=2)] == [
        "0009",
        "0007",
    ]
    assert [f.metadata["step"] for f in saver.list(None, filter={"step": 7})] == [7]
    assert parent["configurable"]["checkpoint_id"] == ids[-1]


def test_versions_are_unique_and_ordered(saver: AgentMemorySaver) -> None:
    first = saver.get_next_version(None, None)
    versions = [first]
    for _ in range(12):
        versions.append(saver.get_next_version(versions[-1], None))
    assert versions == sorted(versions)
    assert saver.get_next_version(first, None) != saver.get_next_version(first, None)
    assert saver.get_next_version(7, None).startswith("00000000000000000008.")


def test_refusals(saver: AgentMemorySaver, url: str) -> None:
    with pytest.raises(AgentMemoryError) as refused:
        saver.get_tuple(_thread("x" * 300))
    assert (refused.value.status, refused.value.code) == (400, "invalid")
    with pytest.raises(ValueError):
        saver.prune(["t"], strategy="some")
    with pytest.raises(ValueError):
        AgentMemorySaver("ftp://host")
    saver.close()
    saver.close()
    with pytest.raises(AgentMemoryError) as closed:
        saver.get_tuple(_thread())
    assert closed.value.code == "closed"
    nowhere = AgentMemorySaver("http://127.0.0.1:9", timeout=1)
    with pytest.raises(AgentMemoryError) as away:
        nowhere.get_tuple(_thread())
    assert away.value.code == "unavailable"
