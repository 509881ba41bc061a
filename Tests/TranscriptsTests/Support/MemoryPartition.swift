import Records

import struct Memories.Scope

/// Names that need escaping, hashing, or look as if they had been.
let partitionSamples = [
    ("app", "user"), ("a/b", "c%d"), ("a", "b/c"), ("#x", "y"), ("é", "e\u{301}"),
    (String(repeating: "/", count: 255), String(repeating: "ü", count: 127)),
    (String(repeating: "a", count: 255), String(repeating: "%", count: 255)),
]

/// Where memories of an app and user are.
func memoryPartition(_ app: String, _ user: String) -> Partition { Scope(app: app, user: user).partition }
