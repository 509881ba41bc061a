// MemoryAPI
