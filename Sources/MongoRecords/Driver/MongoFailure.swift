#if MongoDB
    internal import CMongo
    import Records

    /// What the server or its client library said, by number and name only: their sentences hold values of records,
    /// and may hold the connection string.
    public struct MongoFailure: Error, Sendable, CustomStringConvertible {
        /// The part of the client library that failed; 17 stands for the server.
        public var domain: UInt32
        /// The number of the error in its domain.
        public var code: UInt32
        /// The server's name for the number, such as `NotWritablePrimary`; empty where the library failed.
        public var name: String
        /// What the server says about retrying.
        var labels: Set<String>

        /// Number and name.
        public var description: String {
            domain == Self.server ? "MongoDB \(code)\(name.isEmpty ? "" : " \(name)")" : "libmongoc \(domain).\(code)"
        }

        private static let server = UInt32(MONGOC_ERROR_SERVER.rawValue)

        init(domain: UInt32, code: UInt32, reply: Document?) {
            self.domain = domain
            self.code = code
            let name = reply?["codeName"]?.text ?? ""
            self.name = name.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "z") ~= $0 } ? name : ""
            labels = Set((reply?["errorLabels"]?.array ?? []).compactMap(\.text))
        }

        /// An error that the server put into an answer that is otherwise good.
        init(server code: UInt32, reply: Document?) { self.init(domain: Self.server, code: code, reply: reply) }

        /// An answer that cannot be read.
        static let damagedReply = MongoFailure(
            domain: UInt32(MONGOC_ERROR_BSON.rawValue), code: UInt32(MONGOC_ERROR_BSON_INVALID.rawValue), reply: nil)

        /// A write that found other data than the transaction read: another process was faster.
        static let conflict = MongoFailure(server: 112, reply: ["errorLabels": ["TransientTransactionError"]])

        var isServer: Bool { domain == Self.server }

        /// The transaction is gone and may be run again.
        var isTransient: Bool { labels.contains("TransientTransactionError") || (isServer && code == 112) }

        /// The transaction may or may not have been committed.
        var isUnknownCommit: Bool { labels.contains("UnknownTransactionCommitResult") }

        /// No server could be reached at all, so trying again at once is of no use.
        var isUnreachable: Bool { domain == UInt32(MONGOC_ERROR_SERVER_SELECTION.rawValue) }

        /// A connection broke, or the server is stepping down or starting.
        var isInterruption: Bool {
            domain == UInt32(MONGOC_ERROR_STREAM.rawValue) || (isServer && Self.interruptions.contains(code))
        }

        var isDuplicate: Bool { isServer && (code == 11000 || code == 11001) }

        /// HostUnreachable, HostNotFound, NetworkTimeout, shutdown, stepdown, not primary, socket errors.
        private static let interruptions: Set<UInt32> = [
            6, 7, 89, 91, 189, 262, 9001, 10107, 10058, 11600, 11602, 13435, 13436,
        ]

        /// As an error of a store.
        var storeError: StoreError {
            func make(_ code: StoreError.Code, _ message: String) -> StoreError {
                StoreError(code, message, underlying: self)
            }
            if isUnreachable { return make(.unavailable, "no MongoDB server that can write was found in time") }
            if isInterruption { return make(.unavailable, "the connection to MongoDB broke (\(self))") }
            if self.domain == Self.damagedReply.domain { return make(.corrupted, "MongoDB gave a damaged answer") }
            guard isServer else {
                if domain == UInt32(MONGOC_ERROR_CLIENT.rawValue),
                    code == UInt32(MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue)
                {
                    return make(.unavailable, "MongoDB refused the user or the password")
                }
                return make(.unavailable, "MongoDB cannot be used (\(self))")
            }
            switch code {
            case 18: return make(.unavailable, "MongoDB refused the user or the password")
            case 13: return make(.unavailable, "MongoDB: the user lacks a right (\(self))")
            case 50, 64, 202: return make(.unavailable, "MongoDB did not finish in time (\(self))")
            case 112, 251: return make(.unavailable, "MongoDB: others write this partition all the time (\(self))")
            case 10334, 17419, 17420: return make(.invalid, "a record is larger than MongoDB's limit of 16 MiB")
            case 20, 263:
                return make(
                    .unsupported, "MongoDB has no transactions here (\(self)): \(MongoFailure.replicaSetRemedy)")
            default: return make(.unavailable, "MongoDB refused a command (\(self))")
            }
        }

        /// What mends a deployment without transactions.
        static let replicaSetRemedy =
            "start mongod with --replSet NAME (replication.replSetName in its configuration file) and run "
            + "rs.initiate() once; one node will do"
    }

    extension StoreError {
        /// What the engine said; nil where the store itself refused.
        var failure: MongoFailure? { underlying as? MongoFailure }
    }
#endif
