"""How LangGraph's checkpoints are written in the protocol."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    DeltaChannelHistory,
    PendingWrite,
    get_serializable_checkpoint_metadata,
)
from langgraph.checkpoint.serde.base import SerializerProtocol

from agent_memory.client import parse_int64

__all__ = ["CheckpointEncoding", "split_metadata"]

#: The member of the metadata that counts the steps since an incremental channel was stored whole.
_COUNTERS = "counters_since_delta_snapshot"
#: The member of the state that holds metadata which JSON would change.
_EXACT_METADATA = "agent_memory_metadata"


class CheckpointEncoding:
    """Checkpoints as the protocol has them; values in bytes are the serializer's business."""

    def __init__(self, serde: SerializerProtocol) -> None:
        self._serde = serde

    def dump(self, value: Any) -> dict[str, Any]:
        """A value of the protocol; its bytes travel beside the JSON."""
        kind, data = self._serde.dumps_typed(value)
        return {"type": kind, "data": data}

    def load(self, value: Mapping[str, Any], attached: memoryview) -> Any:
        """What a value of the protocol says."""
        place, count = value["data"]
        return self._serde.loads_typed((value["type"], bytes(attached[place : place + count])))

    def checkpoint(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
        parent: str | None,
        *,
        sends_all: bool = False,
    ) -> dict[str, Any]:
        """The body of a put. It has the values of the channels that changed, or of all."""
        state = cast(dict[str, Any], checkpoint.copy())
        values = state.pop("channel_values")
        versions: ChannelVersions = state.pop("channel_versions")
        counters = cast(Mapping[str, Any] | None, metadata.get(_COUNTERS))
        incremental = [channel for channel in counters or {} if channel not in values]
        # A first checkpoint and a copy share nothing with a parent that the server could look after. What an incremental
        # channel has at a version is not known here, and must not be said to be nothing.
        if sends_all or parent is None or metadata.get("source") == "fork":
            whole = {name: version for name, version in versions.items() if name not in incremental}
            new_versions = {**whole, **new_versions}
        said = cast(dict[str, Any], get_serializable_checkpoint_metadata(config, metadata))
        readable, exact = split_metadata(said)
        if exact:
            state[_EXACT_METADATA] = exact
        return {
            "id": checkpoint["id"],
            "parent": parent,
            "state": self.dump(state),
            "versions": [[channel, version] for channel, version in versions.items()],
            "changes": [
                [channel, version, self.dump(values[channel]) if channel in values else None]
                for channel, version in new_versions.items()
            ],
            "incremental": incremental,
            "metadata": readable,
        }

    def tuple(self, found: Mapping[str, Any], attached: memoryview) -> CheckpointTuple:
        """A checkpoint as LangGraph has it."""
        state = cast(dict[str, Any], self.load(found["state"], attached))
        metadata = {**found["metadata"], **state.pop(_EXACT_METADATA, {})}
        checkpoint = {
            **state,
            "id": found["id"],
            "channel_versions": {channel: version for channel, version in found["versions"]},
            "channel_values": {
                channel: self.load(value, attached) for channel, value in found["values"]
            },
        }
        place = {"thread_id": found["thread"], "checkpoint_ns": found["namespace"]}
        parent = found["parent"]
        return CheckpointTuple(
            config={"configurable": {**place, "checkpoint_id": found["id"]}},
            checkpoint=cast(Checkpoint, checkpoint),
            metadata=cast(CheckpointMetadata, metadata),
            parent_config=(
                None if parent is None else {"configurable": {**place, "checkpoint_id": parent}}
            ),
            pending_writes=self._writes(found["writes"], attached),
        )

    def histories(
        self, found: Sequence[Mapping[str, Any]], attached: memoryview
    ) -> dict[str, DeltaChannelHistory]:
        """Histories of incremental channels as LangGraph has them."""
        histories: dict[str, DeltaChannelHistory] = {}
        for history in found:
            entry: DeltaChannelHistory = {"writes": self._writes(history["writes"], attached)}
            if history["seed"] is not None:
                entry["seed"] = self.load(history["seed"], attached)
            histories[history["channel"]] = entry
        return histories

    def _writes(
        self, found: Sequence[Mapping[str, Any]], attached: memoryview
    ) -> list[PendingWrite]:
        return [
            (write["task"], write["channel"], self.load(write["value"], attached))
            for write in found
        ]


def split_metadata(metadata: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What JSON can say, and what it, or a store, would lose or change."""
    readable: dict[str, Any] = {}
    exact: dict[str, Any] = {}
    for name, value in metadata.items():
        try:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False)
            text.encode()
            if not _is_kept(value, json.loads(text, parse_int=parse_int64)):
                exact[name] = value
            # No store takes U+0000 in text.
            if "\\u0000" not in text:
                readable[name] = value
            else:
                exact[name] = value
        except (TypeError, ValueError):
            exact[name] = value
    return readable, exact


def _is_kept(value: Any, said: Any) -> bool:
    """Whether a value comes back as it was. The server says a number without a fraction as an integer."""
    if type(value) is not type(said):
        # Serializers refuse other libraries' kinds of float, so these become Python's.
        return isinstance(value, float) and value == said
    if isinstance(value, dict):
        return value.keys() == said.keys() and all(
            _is_kept(member, said[name]) for name, member in value.items()
        )
    if isinstance(value, list):
        return len(value) == len(said) and all(map(_is_kept, value, said))
    if isinstance(value, float) and value.is_integer():
        return False
    return bool(value == said)
