// AgentMemory
