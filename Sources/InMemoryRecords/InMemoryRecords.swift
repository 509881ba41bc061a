// InMemoryRecords
