extension HTTPServer {
    /// How a server listens and what it accepts.
    public struct Configuration: Sendable {
        /// The address or name to listen on, such as `127.0.0.1`, `::1`, `[::1]`, `0.0.0.0` or `localhost`.
        public var host: String
        /// The port, 0…65535; 0 takes any free one, which ``HTTPServer/start()`` returns.
        public var port: Int
        /// The longest body accepted, in bytes, 0…1 GiB; a longer one is answered with status 413.
        public var maximumBodyBytes: Int
        /// How long a connection may neither send nor receive before it is closed, in seconds, 1…3600. The time that
        /// a handler takes does not count.
        public var idleTimeoutSeconds: Int
        /// The threads that read and write sockets, 1…64. Handlers do not run on them, so one serves tens of thousands
        /// of requests a second.
        public var threads: Int
        /// The most connections open at a time, 1…65536 and at least `threads`; further ones wait in the backlog.
        public var maximumConnections: Int
        /// How long a handler may take, in seconds, 1…3600: longer ones are cancelled and answered with status 504. A
        /// streamed body may take as long as it likes.
        public var requestTimeoutSeconds: Int
        /// The key and certificates for TLS; nil for plain HTTP, the default.
        public var tls: TLS?

        /// A server's identity.
        public struct TLS: Sendable {
            /// The private key as PEM.
            public var privateKey: String
            /// The certificate and those that lead to its authority, as PEM.
            public var certificateChain: String

            /// An identity; ``HTTPServer/start()`` finds out whether it is sound.
            public init(privateKey: String, certificateChain: String) {
                self.privateKey = privateKey
                self.certificateChain = certificateChain
            }
        }

        /// A configuration; the defaults serve this machine only, on any free port.
        public init(
            host: String = "127.0.0.1", port: Int = 0, maximumBodyBytes: Int = 8 << 20, idleTimeoutSeconds: Int = 30,
            threads: Int = 1, maximumConnections: Int = 1024, requestTimeoutSeconds: Int = 60, tls: TLS? = nil
        ) {
            self.host = host
            self.port = port
            self.maximumBodyBytes = maximumBodyBytes
            self.idleTimeoutSeconds = idleTimeoutSeconds
            self.threads = threads
            self.maximumConnections = maximumConnections
            self.requestTimeoutSeconds = requestTimeoutSeconds
            self.tls = tls
        }

        func validate() throws(HTTPServerError) {
            try check("port", port, 0...65535)
            try check("maximumBodyBytes", maximumBodyBytes, 0...(1 << 30))
            try check("idleTimeoutSeconds", idleTimeoutSeconds, 1...3600)
            try check("threads", threads, 1...64)
            try check("maximumConnections", maximumConnections, threads...65536)
            try check("requestTimeoutSeconds", requestTimeoutSeconds, 1...3600)
        }
    }
}

private func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(HTTPServerError) {
    guard range.contains(value) else {
        throw HTTPServerError(
            .invalidConfiguration, "\(name) is \(value); it must be \(range.lowerBound)…\(range.upperBound)")
    }
}
