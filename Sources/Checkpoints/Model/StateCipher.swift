/// Seals values before they are stored: state, channels and writes, never metadata, ids or names.
///
/// A cipher must be authenticated (such as AES-256-GCM, NIST SP 800-38D), use a fresh nonce for every call, and bind the
/// context, so that a sealed value cannot be moved to another thread, channel or version.
public protocol StateCipher: Sendable {
    /// The name that is stored beside every sealed value, 1 to 64 bytes, such as `aes-256-gcm`. It says nothing of the
    /// key; a cipher that knows several keys puts the key's name into the sealed bytes.
    var name: String { get }

    /// Seals a value.
    /// - Parameter context: What the seal is bound to; it is not stored.
    /// - Throws: anything; it becomes ``CheckpointError`` `sealed`.
    func seal(_ bytes: [UInt8], context: [UInt8]) throws -> [UInt8]

    /// Opens a value.
    /// - Throws: anything, and always when the bytes or the context are not those that were sealed.
    func open(_ sealed: [UInt8], context: [UInt8]) throws -> [UInt8]
}
