#if MySQL
    import Records
    import RelationalRecords
    import Synchronization

    /// Statements that are written out and travel together.
    struct MySQLBatch {
        private(set) var bytes: [UInt8] = []
        /// The call of each statement, in order; nil for the words that begin a transaction.
        private(set) var places: [Int?] = []

        init(begin: String?) {
            guard let begin else { return }
            bytes = Array(begin.utf8)
            places = Array(repeating: nil, count: begin.split(separator: ";").count)
        }

        var isEmpty: Bool { places.isEmpty }

        /// Adds a statement; the place is nil for one that no caller asked for.
        mutating func append(_ call: SQLCall, _ place: Int?) throws(StoreError) {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: ";")) }
            do throws(StoreError) {
                try MySQLText.append(call.text.text, call.arguments, to: &bytes)
            } catch {
                var error = error
                error.index = place
                throw error
            }
            places.append(place)
        }
    }

    /// The statements that a connection has prepared.
    final class MySQLStatementCache {
        private struct Recent {
            var statement: MySQLStatement?
            var usedAt: Int
        }

        private let handle: MySQLHandle
        private var fixed: [Int: MySQLStatement] = [:]
        private var dynamic: [String: Recent] = [:]
        private var uses = 0
        /// Whether the server takes no more preparations.
        private var isFull = false
        /// The most texts made for one call that are remembered; the least recently used leaves.
        private static let limit = 64

        init(_ handle: MySQLHandle) { self.handle = handle }

        /// The prepared statement of a text; nil when it is better written out: a text made for one call is prepared when
        /// it comes again.
        func statement(for text: SQLText, seconds: Double?) async throws(StoreError) -> MySQLStatement? {
            if let number = text.number {
                if let known = fixed[number] { return known }
                let made = try await prepare(text.text, seconds)
                fixed[number] = made
                return made
            }
            uses += 1
            guard var recent = dynamic[text.text] else {
                dynamic[text.text] = Recent(statement: nil, usedAt: uses)
                await evict()
                return nil
            }
            if recent.statement == nil { recent.statement = try await prepare(text.text, seconds) }
            recent.usedAt = uses
            dynamic[text.text] = recent
            return recent.statement
        }

        private func prepare(_ text: String, _ seconds: Double?) async throws(StoreError) -> MySQLStatement? {
            guard !isFull else { return nil }
            do throws(StoreError) {
                return try await MySQLStatement.prepare(text, on: handle, seconds: seconds)
            } catch {
                // 1461: max_prepared_stmt_count is reached; 1295: this one cannot be prepared. Both can be written out.
                switch (error.underlying as? MySQLFailure)?.code {
                case 1461:
                    isFull = true
                    return nil
                case 1295: return nil
                default: throw error
                }
            }
        }

        private func evict() async {
            guard dynamic.count > Self.limit, let oldest = dynamic.min(by: { $0.value.usedAt < $1.value.usedAt })
            else { return }
            dynamic[oldest.key] = nil
            await oldest.value.statement?.close()
        }

        /// Forgets one preparation, which the server has forgotten.
        func forget(_ text: SQLText) async {
            if let number = text.number {
                await fixed.removeValue(forKey: number)?.close()
            } else {
                await dynamic.removeValue(forKey: text.text)?.statement?.close()
            }
        }

        /// Forgets everything after the handle was closed.
        func forget() {
            for statement in fixed.values { statement.forget() }
            for recent in dynamic.values { recent.statement?.forget() }
            fixed = [:]
            dynamic = [:]
        }
    }

    /// Stops a connection's statement from another connection.
    final class MySQLStop: Sendable {
        private enum Phase {
            case running
            case stopping(Task<Void, Never>)
            case over
        }

        private let configuration: MySQLConfiguration
        private let handle: MySQLHandle
        private let phase = Mutex(Phase.running)

        init(_ configuration: MySQLConfiguration, _ handle: MySQLHandle) {
            self.configuration = configuration
            self.handle = handle
        }

        /// Begins to stop, unless it is over.
        func begin() {
            phase.withLock { phase in
                guard case .running = phase else { return }
                phase = .stopping(Task.detached { [self] in await stop() })
            }
        }

        /// Ends the time in which a stop may begin, and waits for one that has.
        /// - Returns: Whether there was one.
        func end() async -> Bool {
            let task = phase.withLock { phase -> Task<Void, Never>? in
                defer { phase = .over }
                if case .stopping(let task) = phase { return task }
                return nil
            }
            guard let task else { return false }
            await task.value
            return true
        }

        private func stop() async {
            do throws(StoreError) {
                let other = try await MySQLConnection.open(configuration)
                defer { other.handle.close() }
                try await other.text("KILL QUERY \(handle.identifier)")
            } catch {
                // 1094: it ended by itself. Otherwise the server cannot be told: at least nobody waits any longer.
                if (error.underlying as? MySQLFailure)?.code != 1094 { handle.disconnect() }
            }
        }
    }

    /// The lock that lets one program at a time prepare a database.
    enum MySQLLock {
        static let take = "SELECT GET_LOCK("
        // Names of locks hold for the whole server and have at most 64 characters.
        private static let name = "CONCAT('agent_memory.', SHA1(DATABASE()))"
        static let statements = (take: ["\(take)\(name), 60)"], give: ["DO RELEASE_LOCK(\(name))"])
    }

    extension String {
        /// Calls a function with the UTF-8 as C characters, which stay where they are until it is done.
        func withCharacters(_ body: (UnsafeBufferPointer<CChar>) async -> Void) async {
            let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: utf8.count)
            defer { buffer.deallocate() }
            for (place, byte) in utf8.enumerated() { buffer[place] = CChar(bitPattern: byte) }
            await body(UnsafeBufferPointer(buffer))
        }
    }
#endif
