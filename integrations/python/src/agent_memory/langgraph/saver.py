"""LangGraph's checkpointer over an AgentMemory server."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    DeltaChannelHistory,
    get_checkpoint_id,
)
from langgraph.checkpoint.serde.base import SerializerProtocol

from agent_memory.client import AgentMemoryError, Client
from agent_memory.langgraph.encoding import CheckpointEncoding, split_metadata

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["AgentMemorySaver"]

#: Checkpoints in one page of a list.
_PAGE = 100


class AgentMemorySaver(BaseCheckpointSaver[str]):
    """Stores the checkpoints of LangGraph's threads on an AgentMemory server.

    A channel's value is sent and stored only when it changed. All methods have an asynchronous twin, and may be called
    from any number of threads and tasks.

    Args:
        url: Where the server is, such as ``http://127.0.0.1:7077``.
        namespace: Whose threads these are: namespaces never see each other's.
        api_key: Sent as a bearer token.
        serde: How values become bytes; LangGraph's own by default.
        timeout: Seconds to wait for an answer.
    """

    def __init__(
        self,
        url: str,
        namespace: str | None = None,
        api_key: str | None = None,
        *,
        serde: SerializerProtocol | None = None,
        timeout: float = 60.0,
    ) -> None:
        super().__init__(serde=serde)
        self._client = Client(url, tenant=namespace, api_key=api_key, timeout=timeout)

    # Reading ---------------------------------------------------------------------------------------------------

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The checkpoint that a configuration names; without an id the latest."""
        answer, attached = self._call("get", _place(config))
        found = answer["tuple"]
        return None if found is None else self._encoding.tuple(found, attached)

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Checkpoints, newest first; of every thread without a configuration."""
        query = _query(config, before)
        # The server finds what JSON can say; what it cannot, or not exactly, is looked at here.
        readable, exact = split_metadata(filter or {})
        if readable:
            query["metadata"] = readable
        is_narrow = exact.keys() <= readable.keys()
        left = limit
        while left is None or left > 0:
            count = min(left, _PAGE) if left is not None and is_narrow else _PAGE
            page, attached = self._call("list", {**query, "limit": count})
            for found in page["tuples"]:
                tuple = self._encoding.tuple(found, attached)
                if any(tuple.metadata.get(name) != value for name, value in exact.items()):
                    continue
                yield tuple
                if left is not None:
                    left -= 1
                    if left == 0:
                        return
            query["cursor"] = page["next_cursor"]
            if query["cursor"] is None:
                return

    def get_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """What incremental channels are made of at a checkpoint, in one call."""
        if not channels:
            return {}
        body = {**_place(config), "channels": [*channels]}
        answer, attached = self._call("history", body)
        return self._encoding.histories(answer["channels"], attached)

    # Writing ---------------------------------------------------------------------------------------------------

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Stores a checkpoint."""
        place = _place(config)
        parent = place.pop("id", None)
        body = self._encoding.checkpoint(config, checkpoint, metadata, new_versions, parent)
        try:
            stored, _ = self._call("put", {**place, **body}, sends_bytes=True)
        except AgentMemoryError as error:
            if error.code != "parent_missing":
                raise
            # Its ancestors left meanwhile, and maybe the values it shares with them: it brings all of its own.
            body = self._encoding.checkpoint(
                config, checkpoint, metadata, new_versions, parent, sends_all=True
            )
            stored, _ = self._call("put", {**place, **body}, sends_bytes=True)
        return _config(stored)

    def put_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Stores what a task wrote after a checkpoint."""
        body = {
            **_place(config),
            "task": task_id,
            "task_path": task_path,
            "writes": [[channel, self._encoding.dump(value)] for channel, value in writes],
        }
        self._call("writes", body, sends_bytes=True)

    # Removing and copying --------------------------------------------------------------------------------------

    def delete_thread(self, thread_id: str) -> None:
        """Deletes everything of a thread."""
        self._call("delete-thread", {"thread": str(thread_id)})

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Deletes the checkpoints that runs made, with their writes."""
        if run_ids:
            self._call("delete-runs", {"runs": [str(run) for run in run_ids]})

    def copy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copies everything of a thread to another."""
        self._call("copy-thread", {"source": str(source_thread_id), "target": str(target_thread_id)})

    def prune(
        self,
        thread_ids: Sequence[str],
        *,
        strategy: str = "keep_latest",
        keep: int | None = None,
        max_age: float | None = None,
        max_bytes: int | None = None,
    ) -> None:
        """Removes checkpoints; what stays loads whole, incremental channels too.

        Args:
            thread_ids: The threads.
            strategy: ``keep_latest`` keeps the latest of each namespace, or as many as the limits below say;
                ``delete`` deletes the threads.
            keep: The most checkpoints of a namespace; 1 when no limit is given.
            max_age: The greatest age in seconds.
            max_bytes: The most bytes of a namespace.
        """
        if strategy == "delete":
            for thread in thread_ids:
                self.delete_thread(thread)
            return
        if strategy != "keep_latest":
            raise ValueError(f"strategy must be keep_latest or delete, not {strategy!r}")
        if keep is None and max_age is None and max_bytes is None:
            keep = 1
        if thread_ids:
            body = {
                "threads": [str(thread) for thread in thread_ids],
                "keep_latest": keep,
                "maximum_age": max_age,
                "maximum_bytes": max_bytes,
            }
            self._call("prune", body)

    # Asynchronous twins ----------------------------------------------------------------------------------------

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """See :meth:`get_tuple`."""
        return await asyncio.to_thread(self.get_tuple, config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """See :meth:`list`."""
        tuples = self.list(config, filter=filter, before=before, limit=limit)
        while (found := await asyncio.to_thread(next, tuples, None)) is not None:
            yield found

    async def aget_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """See :meth:`get_delta_channel_history`."""
        return await asyncio.to_thread(
            self.get_delta_channel_history, config=config, channels=channels
        )

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """See :meth:`put`."""
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """See :meth:`put_writes`."""
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """See :meth:`delete_thread`."""
        await asyncio.to_thread(self.delete_thread, thread_id)

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """See :meth:`delete_for_runs`."""
        await asyncio.to_thread(self.delete_for_runs, run_ids)

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """See :meth:`copy_thread`."""
        await asyncio.to_thread(self.copy_thread, source_thread_id, target_thread_id)

    async def aprune(
        self,
        thread_ids: Sequence[str],
        *,
        strategy: str = "keep_latest",
        keep: int | None = None,
        max_age: float | None = None,
        max_bytes: int | None = None,
    ) -> None:
        """See :meth:`prune`."""
        await asyncio.to_thread(
            self.prune,
            thread_ids,
            strategy=strategy,
            keep=keep,
            max_age=max_age,
            max_bytes=max_bytes,
        )

    # Life ------------------------------------------------------------------------------------------------------

    def get_next_version(self, current: str | float | None, channel: None) -> str:
        """The version after another. It is unique, so that two courses from one checkpoint never share a version."""
        if current is None:
            number = 0
        elif isinstance(current, str):
            number = int(current.partition(".")[0])
        else:
            number = int(current)
        # Versions are compared as text, so the number has a fixed width.
        return f"{number + 1:020}.{secrets.token_hex(8)}"

    def close(self) -> None:
        """Closes the connections; a second call does nothing."""
        self._client.close()

    async def aclose(self) -> None:
        """See :meth:`close`."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _encoding(self) -> CheckpointEncoding:
        # LangGraph replaces the serializer of a copy, so it is looked up each time.
        return CheckpointEncoding(self.serde)

    def _call(
        self, name: str, body: dict[str, Any], *, sends_bytes: bool = False
    ) -> tuple[dict[str, Any], memoryview]:
        return self._client.call_with_bytes(
            f"/v1/checkpoints/{name}", body, sends_bytes=sends_bytes
        )


def _place(config: RunnableConfig) -> dict[str, Any]:
    configurable = config["configurable"]
    place: dict[str, Any] = {
        "thread": str(configurable["thread_id"]),
        "namespace": configurable.get("checkpoint_ns", ""),
    }
    if checkpoint_id := get_checkpoint_id(config):
        place["id"] = checkpoint_id
    return place


def _config(place: Mapping[str, Any]) -> RunnableConfig:
    return {
        "configurable": {
            "thread_id": place["thread"],
            "checkpoint_ns": place["namespace"],
            "checkpoint_id": place["id"],
        }
    }


def _query(
    config: RunnableConfig | None,
    before: RunnableConfig | None,
) -> dict[str, Any]:
    query: dict[str, Any] = {}
    if config is not None:
        query = _place(config)
        # Without a namespace in it, the configuration means every namespace.
        query["namespace"] = config["configurable"].get("checkpoint_ns")
    if before is not None and (before_id := get_checkpoint_id(before)):
        query["before"] = before_id
    return query
