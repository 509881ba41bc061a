"""LangGraph's checkpointer and store over an AgentMemory server.

    from agent_memory.langgraph import AgentMemorySaver, AgentMemoryStore

Needs ``pip install 'agent-memory[langgraph]'``.
"""

from agent_memory.langgraph.saver import AgentMemorySaver
from agent_memory.langgraph.store import AgentMemoryStore

__all__ = ["AgentMemorySaver", "AgentMemoryStore"]
