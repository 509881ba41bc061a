/// Why a server could not start.
public struct HTTPServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong, for programs. More codes may come.
    public struct Code: Sendable, Equatable, CustomStringConvertible {
        /// The code's name, such as `address_in_use`.
        public let description: String

        /// A configuration value is out of its range.
        public static let invalidConfiguration = Code(description: "invalid_configuration")
        /// The host is neither an address of this machine nor a name that resolves to one.
        public static let invalidHost = Code(description: "invalid_host")
        /// Another process listens on the port already.
        public static let addressInUse = Code(description: "address_in_use")
        /// The port needs rights that this process does not have.
        public static let permissionDenied = Code(description: "permission_denied")
        /// The server was started before; a server starts once.
        public static let alreadyStarted = Code(description: "already_started")
        /// The operating system refused a socket or a thread.
        public static let systemFailure = Code(description: "system_failure")
    }

    /// What went wrong, for programs.
    public let code: Code
    /// What went wrong, for people: names the host and port, or the configuration value and its limits.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
