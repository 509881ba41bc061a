import Records

/// How values become bytes in records: sealed where there is a cipher, in parts where they are long.
struct ValueSealer: Sendable {
    private let cipher: (any StateCipher)?
    private let acceptsUnsealed: Bool
    /// The most bytes in one record's body.
    let partBytes: Int

    init(_ configuration: CheckpointStoreConfiguration, _ capabilities: Capabilities) {
        cipher = configuration.cipher
        acceptsUnsealed = configuration.acceptsUnsealed
        partBytes = min(configuration.partBytes, capabilities.maximumValueBytes)
    }

    /// The name that is stored beside sealed values.
    var name: String? { cipher?.name }

    func seal(_ bytes: [UInt8], _ context: [Value]) throws(CheckpointError) -> [UInt8] {
        guard let cipher else { return bytes }
        do {
            return try cipher.seal(bytes, context: ScalarCoding.bytes(of: context))
        } catch {
            throw CheckpointError(.sealed, "a value could not be sealed", underlying: error)
        }
    }

    func open(_ bytes: [UInt8], sealedBy name: String?, _ context: [Value]) throws(CheckpointError) -> [UInt8] {
        guard let name else {
            guard cipher == nil || acceptsUnsealed else {
                throw CheckpointError(.sealed, "a stored value is not sealed, and unsealed values are not accepted")
            }
            return bytes
        }
        guard let cipher, cipher.name.hasSameBytes(as: name) else {
            throw CheckpointError(.sealed, "a stored value is sealed by \(name), which is not configured")
        }
        do {
            return try cipher.open(bytes, context: ScalarCoding.bytes(of: context))
        } catch {
            throw CheckpointError(.sealed, "a stored value cannot be opened by \(name)", underlying: error)
        }
    }

    /// The bytes in parts; an empty value is one empty part.
    func parts(_ bytes: [UInt8]) -> [[UInt8]] {
        guard bytes.count > partBytes else { return [bytes] }
        return stride(from: 0, to: bytes.count, by: partBytes).map {
            Array(bytes[$0..<min($0 + partBytes, bytes.count)])
        }
    }
}

/// What a seal is bound to.
enum SealContext {
    static func state(_ tenant: String, _ address: CheckpointAddress) -> [Value] {
        [.text("state"), .text(tenant), .text(address.thread), .text(address.namespace), Value(address.id)]
    }

    static func value(_ tenant: String, _ address: CheckpointAddress, _ channel: ChannelVersion) -> [Value] {
        [
            .text("value"), .text(tenant), .text(address.thread), .text(address.namespace), .text(channel.channel),
            .text(channel.version.keyText),
        ]
    }

    static func writes(_ tenant: String, _ address: CheckpointAddress, _ task: String) -> [Value] {
        [
            .text("writes"), .text(tenant), .text(address.thread), .text(address.namespace), Value(address.id),
            .text(task),
        ]
    }
}
