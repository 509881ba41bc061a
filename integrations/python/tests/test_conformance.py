"""LangGraph's own suite, with every extended capability."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

from langgraph.checkpoint.conformance import checkpointer_test, validate

from agent_memory.langgraph import AgentMemorySaver


def test_every_capability(url: str) -> None:
    @checkpointer_test(name="AgentMemorySaver")
    async def fresh() -> AsyncIterator[AgentMemorySaver]:
        async with AgentMemorySaver(url, namespace=uuid.uuid4().hex) as saver:
            yield saver

    report = asyncio.run(validate(fresh))
    report.print_report()
    assert report.passed_all()
    passed = sum(result.tests_passed for result in report.results.values())
    failed = sum(result.tests_failed for result in report.results.values())
    print(f"{passed} of {passed + failed} conformance tests passed")
    assert failed == 0 and passed >= 81
