package import Records

/// What a project, which is an app, keeps beside the memories of its users: settings, webhooks, events, feedback.
package enum ProjectRecords {
    /// A small document of a kind, such as a webhook or the settings.
    package static let document = RecordType(
        "project_document", keyCount: 2,
        fields: [
            Field("kind", .text(maximumBytes: 32)), Field("id", .text(maximumBytes: 96)),
            // The only user whose key may see it; null for what belongs to the project.
            Field("user_id", .text(maximumBytes: 255)),
            Field("data", .json), Field("created_at", .time), Field("updated_at", .time), Field("expires_at", .time),
        ],
        indexes: [
            Index(equal: ["kind"], order: "created_at"), Index(order: "expires_at", isGlobal: true),
        ])

    /// Whose a memory is, for callers who only know its id.
    package static let owner = RecordType(
        "project_memory",
        fields: [Field("id", .text(maximumBytes: 36)), Field("user_id", .text(maximumBytes: 255))])

    /// A notification that is still to be delivered.
    package static let delivery = RecordType(
        "project_delivery",
        fields: [
            Field("id", .text(maximumBytes: 36)), Field("app_id", .text(maximumBytes: 255)),
            Field("webhook_id", .text(maximumBytes: 96)), Field("body", .json), Field("attempts", .int),
            Field("created_at", .time), Field("due_at", .time),
        ], indexes: [Index(order: "due_at", isGlobal: true)])

    /// Every type, as ``RecordStore/prepare(_:)`` takes them.
    package static let all = [document, owner, delivery]
}
