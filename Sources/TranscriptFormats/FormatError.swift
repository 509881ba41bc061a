/// What is wrong with a text that was to be read. It names places and members, never their content.
public struct FormatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A sentence for people, without content.
    public var message: String

    /// An error.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
