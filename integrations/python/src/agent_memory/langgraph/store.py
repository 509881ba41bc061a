"""LangGraph's key–value store over an AgentMemory server."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any

from langgraph.store.base import (
    BaseStore,
    GetOp,
    Item,
    ListNamespacesOp,
    MatchCondition,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    TTLConfig,
    validate_op_namespace,
)

from agent_memory.client import Client, parse_int64

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["AgentMemoryStore"]

#: What may be an integer of more than 64 bits, which JSON elsewhere would round.
_LONG_NUMBER = re.compile(r"\d{19}")
#: The most items in one answer, and the most namespaces.
_MOST_ITEMS = 1_000
_MOST_NAMESPACES = 10_000


class AgentMemoryStore(BaseStore):
    """Keeps JSON values by namespace and key on an AgentMemory server.

    Questions are answered by the server's index: by words, and by meaning where the server has an embedding model. Items
    that have expired are never seen.

    Args:
        url: Where the server is, such as ``http://127.0.0.1:7077``.
        namespace: Whose items these are: namespaces of this kind never see each other's.
        api_key: Sent as a bearer token.
        ttl: What LangGraph does about lifetimes unless a call says otherwise; the server sweeps.
        timeout: Seconds to wait for an answer.
    """

    supports_ttl = True

    __slots__ = ("_client", "ttl_config")

    def __init__(
        self,
        url: str,
        namespace: str | None = None,
        api_key: str | None = None,
        *,
        ttl: TTLConfig | None = None,
        timeout: float = 60.0,
    ) -> None:
        self._client = Client(url, tenant=namespace, api_key=api_key, timeout=timeout)
        self.ttl_config = ttl

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Executes operations together; reads see what was there before the puts."""
        operations = list(ops)
        for op in operations:
            validate_op_namespace(op)
        # All are checked before the first is sent.
        bodies = [_operation(op) for op in operations]
        results: list[Result] = [[] if _asks_for_nothing(op) else None for op in operations]
        for places in _calls(operations):
            answers = self._send([bodies[place] for place in places])
            for place, answer in zip(places, answers, strict=True):
                results[place] = self._result(operations[place], answer)
        return results

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """See :meth:`batch`."""
        return await asyncio.to_thread(self.batch, list(ops))

    def sweep_ttl(self, limit: int = 1_000) -> int:
        """Removes items that have expired, at most so many; answers how many it removed."""
        return int(self._client.call("/v1/kv/sweep", {"limit": limit})["removed"])

    async def asweep_ttl(self, limit: int = 1_000) -> int:
        """See :meth:`sweep_ttl`."""
        return await asyncio.to_thread(self.sweep_ttl, limit)

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

    def _send(self, operations: list[dict[str, Any]]) -> list[Any]:
        results: list[Any] = self._client.call("/v1/kv/batch", {"operations": operations})["results"]
        return results

    def _result(self, op: Op, answer: Mapping[str, Any]) -> Result:
        if isinstance(op, GetOp):
            return None if answer["item"] is None else Item(**_members(answer["item"]))
        if isinstance(op, SearchOp):
            return [_found(item) for item in self._all_items(op, answer["items"])]
        if isinstance(op, ListNamespacesOp):
            namespaces = [tuple(labels) for labels in answer["namespaces"]]
            return namespaces if _is_simple(op) else self._matching(op, namespaces)
        return None

    def _all_items(self, op: SearchOp, first: list[Any]) -> list[Any]:
        """A search for more items than one answer holds."""
        items = first
        while len(first) == _MOST_ITEMS and len(items) < op.limit:
            more = op._replace(offset=op.offset + len(items), limit=op.limit - len(items))
            first = self._send([_operation(more)])[0]["items"]
            items = items + first
        return items

    def _matching(self, op: ListNamespacesOp, first: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """A list with several conditions of a kind, or of more namespaces than one answer holds."""
        namespaces = first
        while len(first) == _MOST_NAMESPACES:
            answer = self._send([{**_operation(op), "offset": len(namespaces)}])[0]
            first = [tuple(labels) for labels in answer["namespaces"]]
            namespaces = namespaces + first
        kept: dict[tuple[str, ...], None] = {}
        for namespace in namespaces:
            if all(_matches(condition, namespace) for condition in op.match_conditions or ()):
                kept[namespace[: op.max_depth]] = None
        return list(kept)[op.offset : op.offset + op.limit]


def _calls(operations: list[Op]) -> list[list[int]]:
    """The places of the operations that one call sends. Where a read may have several pages, the reads go before the
    writes, which its later pages must not see either.
    """
    asked = [place for place, op in enumerate(operations) if not _asks_for_nothing(op)]
    if not any(_may_have_pages(operations[place]) for place in asked):
        return [asked] if asked else []
    reads = [place for place in asked if not isinstance(operations[place], PutOp)]
    writes = [place for place in asked if isinstance(operations[place], PutOp)]
    return [reads, writes] if writes else [reads]


def _may_have_pages(op: Op) -> bool:
    if isinstance(op, SearchOp):
        return op.limit > _MOST_ITEMS
    return isinstance(op, ListNamespacesOp) and not _is_simple(op)


def _asks_for_nothing(op: Op) -> bool:
    """Whether the answer is empty whatever is stored."""
    if isinstance(op, SearchOp):
        return op.limit == 0 or _is_impossible(op.filter)
    return isinstance(op, ListNamespacesOp) and op.limit == 0


def _is_impossible(wanted: Any) -> bool:
    """Whether no JSON is what a filter wants: it has neither infinities nor NaN."""
    if isinstance(wanted, float):
        return not math.isfinite(wanted)
    if isinstance(wanted, Mapping):
        if any(isinstance(name, str) and name.startswith("$") for name in wanted):
            return _is_impossible(wanted.get("$eq"))
        return any(_is_impossible(value) for value in wanted.values())
    return isinstance(wanted, (list, tuple)) and any(_is_impossible(value) for value in wanted)


def _operation(op: Op) -> dict[str, Any]:
    if isinstance(op, GetOp):
        return {
            "op": "get",
            "namespace": list(op.namespace),
            "key": op.key,
            "refresh": op.refresh_ttl,
        }
    if isinstance(op, PutOp):
        place = {"namespace": list(op.namespace), "key": op.key}
        if op.value is None:
            return {"op": "delete", **place}
        return {
            "op": "put",
            **place,
            "value": _value(op.value),
            "index": op.index,
            # LangGraph counts minutes.
            "lifetime": None if op.ttl is None else op.ttl * 60,
        }
    if isinstance(op, SearchOp):
        return {
            "op": "search",
            "prefix": list(op.namespace_prefix),
            "query": op.query,
            "filter": op.filter,
            "limit": min(op.limit, _MOST_ITEMS),
            "offset": op.offset,
            "refresh": op.refresh_ttl,
        }
    if isinstance(op, ListNamespacesOp):
        operation: dict[str, Any] = {"op": "list_namespaces"}
        for condition in op.match_conditions or ():
            operation.setdefault(condition.match_type, list(condition.path))
        if _is_simple(op):
            return {**operation, "max_depth": op.max_depth, "limit": op.limit, "offset": op.offset}
        return {**operation, "limit": _MOST_NAMESPACES, "offset": 0}
    raise ValueError(f"unknown operation: {type(op).__name__}")


def _value(value: Mapping[str, Any]) -> dict[str, Any]:
    """A value that the server keeps exactly."""
    text = json.dumps(value, allow_nan=False)
    if _LONG_NUMBER.search(text):
        json.loads(text, parse_int=parse_int64)
    return dict(value)


def _is_simple(op: ListNamespacesOp) -> bool:
    """Whether the server can answer it alone."""
    kinds = [condition.match_type for condition in op.match_conditions or ()]
    # Cut to no label at all, every namespace is the root, which the server has no word for.
    return len(kinds) == len(set(kinds)) and op.limit <= _MOST_NAMESPACES and op.max_depth != 0


def _matches(condition: MatchCondition, namespace: tuple[str, ...]) -> bool:
    path = condition.path
    if len(namespace) < len(path):
        return False
    is_prefix = condition.match_type == "prefix"
    labels = namespace[: len(path)] if is_prefix else namespace[len(namespace) - len(path) :]
    return all(wanted in ("*", label) for wanted, label in zip(path, labels, strict=True))


def _members(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "namespace": tuple(item["namespace"]),
        "key": item["key"],
        "value": item["value"],
        "created_at": _time(item["created_at"]),
        "updated_at": _time(item["updated_at"]),
    }


def _found(item: Mapping[str, Any]) -> SearchItem:
    return SearchItem(**_members(item), score=item.get("score"))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
