/// Why an embedder could not be made or could not embed. Neither the message nor the description holds embedded text
/// or credentials.
public struct EmbeddingError: Error, Sendable, CustomStringConvertible {
    /// A kind of failure. The set is open: other embedders may add their own.
    public struct Code: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
        /// The name of the kind, in lower camel case.
        public let rawValue: String

        /// Makes a code of its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Makes a code of its name.
        public init(stringLiteral value: String) {
            rawValue = value
        }

        /// A parameter is outside its range.
        public static let invalidArgument: Code = "invalidArgument"
        /// A model's folder, or a file that it must hold, is absent or cannot be read.
        public static let modelNotFound: Code = "modelNotFound"
        /// A file of the model is damaged, or contradicts the others.
        public static let malformedModel: Code = "malformedModel"
        /// The model is sound, but of a kind that cannot be run.
        public static let unsupportedModel: Code = "unsupportedModel"
        /// The calling task was cancelled.
        public static let cancelled: Code = "cancelled"
        /// The service does not accept the key.
        public static let unauthorized: Code = "unauthorized"
        /// The service asks to come back later.
        public static let rateLimited: Code = "rateLimited"
        /// The service refuses the request; sending it again will not help.
        public static let rejected: Code = "rejected"
        /// The service cannot be reached or fails; sending it again may help.
        public static let unavailable: Code = "unavailable"
        /// The service did not answer in time.
        public static let timedOut: Code = "timedOut"
        /// The service's answer is not what the protocol prescribes.
        public static let invalidResponse: Code = "invalidResponse"
        /// The service's vectors are not of the expected size.
        public static let dimensionMismatch: Code = "dimensionMismatch"
    }

    /// The kind of failure.
    public let code: Code
    /// What failed, naming files, tensors, fields and limits.
    public let message: String
    /// The error of the layer below, if that was the cause. It is not part of the description.
    public let underlying: (any Error)?

    /// Makes an error.
    public init(code: Code, message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// The code and the message.
    public var description: String {
        "\(code.rawValue): \(message)"
    }
}
