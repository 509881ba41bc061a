// MemoryHTTP
