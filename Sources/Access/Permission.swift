/// What a key may do.
package enum Permission: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Read memories.
    case read
    /// Add and change memories.
    case write
    /// Delete memories.
    case delete
    /// Manage keys and see the server's metrics.
    case admin

    package static func < (left: Permission, right: Permission) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}
