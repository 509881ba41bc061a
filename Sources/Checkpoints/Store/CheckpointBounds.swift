import Records

/// The limits that inputs are checked against. Keys are short enough for every engine's index.
package enum CheckpointBounds {
    package static let tenantBytes = 64
    package static let threadBytes = 255
    package static let namespaceBytes = 768
    package static let idBytes = 128
    package static let channelBytes = 512
    package static let versionBytes = 128
    package static let taskBytes = 255
    package static let taskPathBytes = 4_096
    package static let typeBytes = 64
    package static let runBytes = 255
    package static let metadataBytes = 1 << 20
    /// Channels of one checkpoint.
    package static let channels = 4_096
    /// Writes of one call.
    package static let writes = 4_096
    /// One value, all its parts together.
    package static let valueBytes = 256 << 20
    /// Threads or runs of one call.
    package static let names = 10_000
    /// How often a call starts again because others changed the thread meanwhile.
    package static let attempts = 16

    /// - Throws: ``CheckpointError`` `invalid`, naming the part and the limit.
    static func check(
        _ text: String, _ name: String, _ limit: Int, mayBeEmpty: Bool = false
    ) throws(CheckpointError) {
        guard mayBeEmpty || !text.isEmpty else { throw CheckpointError(.invalid, "\(name) must not be empty") }
        guard text.utf8.count <= limit else {
            throw CheckpointError(.invalid, "\(name) has \(text.utf8.count) bytes; the limit is \(limit)")
        }
        guard !text.hasNUL else { throw CheckpointError(.invalid, "\(name) must not contain U+0000") }
    }

    static func check(_ value: TypedBytes, _ name: String) throws(CheckpointError) {
        try check(value.type, "the type of \(name)", typeBytes)
        guard value.bytes.count <= valueBytes else {
            throw CheckpointError(.invalid, "\(name) has \(value.bytes.count) bytes; the limit is \(valueBytes)")
        }
    }
}

extension CheckpointAddress {
    /// - Throws: ``CheckpointError`` `invalid`, naming the part and the limit.
    func validate() throws(CheckpointError) {
        try CheckpointBounds.check(thread, "thread", CheckpointBounds.threadBytes)
        try CheckpointBounds.check(namespace, "namespace", CheckpointBounds.namespaceBytes, mayBeEmpty: true)
        if let id { try CheckpointBounds.check(id, "checkpoint id", CheckpointBounds.idBytes) }
    }
}

extension NewCheckpoint {
    /// - Throws: ``CheckpointError`` `invalid`, naming the part and the limit.
    func validate() throws(CheckpointError) {
        try CheckpointBounds.check(id, "checkpoint id", CheckpointBounds.idBytes)
        if let parent { try CheckpointBounds.check(parent, "parent id", CheckpointBounds.idBytes) }
        try CheckpointBounds.check(state, "state")
        for (count, name) in [(versions.count, "versions"), (changes.count, "changes")]
        where count > CheckpointBounds.channels {
            throw CheckpointError(.invalid, "\(count) \(name); the limit is \(CheckpointBounds.channels)")
        }
        for version in versions { try version.validate() }
        for change in changes {
            try change.channel.validate()
            if let value = change.value { try CheckpointBounds.check(value, "a channel's value") }
        }
        for channel in incremental { try CheckpointBounds.check(channel, "channel", CheckpointBounds.channelBytes) }
        guard !JSONValue.object(metadata).holdsNUL else {
            throw CheckpointError(.invalid, "metadata must not contain U+0000")
        }
        if let run { try CheckpointBounds.check(run, "run_id", CheckpointBounds.runBytes) }
    }

    /// The run that made it, when the metadata names one.
    var run: String? {
        guard case .string(let run)? = metadata["run_id"], !run.isEmpty else { return nil }
        return run
    }
}

extension ChannelVersion {
    fileprivate func validate() throws(CheckpointError) {
        try CheckpointBounds.check(channel, "channel", CheckpointBounds.channelBytes)
        switch version {
        case .int: break
        case .double(let number):
            guard number.isFinite else { throw CheckpointError(.invalid, "a channel's version must be finite") }
        case .text(let text):
            try CheckpointBounds.check(text, "a channel's version", CheckpointBounds.versionBytes, mayBeEmpty: true)
        }
    }
}
