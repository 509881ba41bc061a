"""How LangGraph's checkpoints are written in the protocol."""

from __future__ import annotations

import base64
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

__all__ = ["CheckpointEncoding"]

#: The member of the metadata that counts the steps since an incremental channel was stored whole.
_COUNTERS = "counters_since_delta_snapshot"
#: The member of the state that holds metadata which JSON would change.
_EXACT_METADATA = "agent_memory_metadata"


class CheckpointEncoding:
    """Checkpoints as the protocol has them; values in bytes are the serializer's business."""

    def __init__(self, serde: SerializerProtocol) -> None:
        self._serde = serde

    def dump(self, value: Any) -> dict[str, str]:
        """A value of the protocol."""
        kind, data = self._serde.dumps_typed(value)
        return {"type": kind, "data": base64.b64encode(data).decode("ascii")}

    def load(self, value: Mapping[str, str]) -> Any:
        """What a value of the protocol says."""
        return self._serde.loads_typed((value["type"], base64.b64decode(value["data"])))

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
        # A first checkpoint and a copy share nothing with a parent that the server could look after.
        if sends_all or parent is None or metadata.get("source") == "fork":
            new_versions = {**versions, **new_versions}
        said = cast(dict[str, Any], get_serializable_checkpoint_metadata(config, metadata))
        counters = cast(Mapping[str, Any] | None, metadata.get(_COUNTERS))
        readable, exact = _split(said)
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
            "incremental": [channel for channel in counters or {} if channel not in values],
            "metadata": readable,
        }

    def tuple(self, found: Mapping[str, Any]) -> CheckpointTuple:
        """A checkpoint as LangGraph has it."""
        state = cast(dict[str, Any], self.load(found["state"]))
        metadata = {**found["metadata"], **state.pop(_EXACT_METADATA, {})}
        checkpoint = {
            **state,
            "id": found["id"],
            "channel_versions": {channel: version for channel, version in found["versions"]},
            "channel_values": {channel: self.load(value) for channel, value in found["values"]},
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
            pending_writes=self._writes(found["writes"]),
        )

    def histories(self, found: Sequence[Mapping[str, Any]]) -> dict[str, DeltaChannelHistory]:
        """Histories of incremental channels as LangGraph has them."""
        histories: dict[str, DeltaChannelHistory] = {}
        for history in found:
            entry: DeltaChannelHistory = {"writes": self._writes(history["writes"])}
            if history["seed"] is not None:
                entry["seed"] = self.load(history["seed"])
            histories[history["channel"]] = entry
        return histories

    def _writes(self, found: Sequence[Mapping[str, Any]]) -> list[PendingWrite]:
        return [(write["task"], write["channel"], self.load(write["value"])) for write in found]


def _split(metadata: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What JSON can say, and what it would lose or change."""
    readable: dict[str, Any] = {}
    exact: dict[str, Any] = {}
    for name, value in metadata.items():
        try:
            text = json.dumps(value, allow_nan=False)
            readable[name] = value
            if json.loads(text) != value:
                exact[name] = value
        except (TypeError, ValueError):
            exact[name] = value
    return readable, exact
