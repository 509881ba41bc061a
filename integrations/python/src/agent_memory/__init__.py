"""Clients of an AgentMemory server."""

from agent_memory.client import AgentMemoryError, Client

__all__ = ["AgentMemoryError", "Client"]
