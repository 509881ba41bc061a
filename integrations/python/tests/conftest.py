from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest

from agent_memory.langgraph import AgentMemorySaver, AgentMemoryStore


@pytest.fixture
def url() -> str:
    url = os.environ.get("AGENT_MEMORY_URL")
    if not url:
        pytest.fail("AGENT_MEMORY_URL must name a running server")
    return url


@pytest.fixture
def saver(url: str) -> Iterator[AgentMemorySaver]:
    with AgentMemorySaver(url, namespace=uuid.uuid4().hex) as saver:
        yield saver


@pytest.fixture
def store(url: str) -> Iterator[AgentMemoryStore]:
    with AgentMemoryStore(url, namespace=uuid.uuid4().hex) as store:
        yield store
