#if PostgreSQL
    import Records
    import RelationalRecords

    /// A text with `$1`, `$2`, … in place of each `?` outside quotes, as the server wants it.
    struct PostgresText: Sendable {
        let text: String
        /// How many placeholders it has.
        let count: Int

        init(_ text: String) {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.utf8.count + 16)
            var quote: UInt8?
            var count = 0
            for byte in text.utf8 {
                if let open = quote {
                    // A doubled quote ends the quotation and opens it again.
                    if byte == open { quote = nil }
                } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                    quote = byte
                } else if byte == UInt8(ascii: "?") {
                    count += 1
                    bytes.append(UInt8(ascii: "$"))
                    bytes.append(contentsOf: String(count).utf8)
                    continue
                }
                bytes.append(byte)
            }
            self.text = count == 0 ? text : String(decoding: bytes, as: UTF8.self)
            self.count = count
        }
    }

    /// The statements that one connection keeps on the server.
    ///
    /// A statement is kept for the types of its arguments. A null says nothing about its type, so a later call may
    /// know more than the kept form: then it is kept once more, for the types of both.
    struct PostgresStatements {
        fileprivate final class Entry {
            let text: PostgresText
            /// Newest first.
            var forms: [(name: String, types: [UInt32])] = []
            var lastUse: UInt64 = 0
            var made = 0

            init(_ text: String) { self.text = PostgresText(text) }
        }

        /// What must be sent for one call.
        struct Plan {
            var steps: [PostgresStep]
            /// What became kept when the steps succeed.
            var kept: [Kept] = []
        }

        /// A form to be remembered once the server has it.
        struct Kept {
            fileprivate let entry: Entry
            fileprivate let name: String
            fileprivate let types: [UInt32]
            /// The step that keeps it, within the plan.
            var step: Int
        }

        /// Whether anything is kept at all.
        private let keeps: Bool
        private var fixed: [Entry?] = []
        private var dynamic: [String: Entry] = [:]
        private var uses: UInt64 = 0
        private var names = 0
        /// Forms that the server may forget.
        private var stale: [String] = []
        /// Texts that are made for one call, remembered at most.
        private static let dynamicLimit = 256
        /// Forms of one text at most.
        private static let formLimit = 4

        init(keeps: Bool) { self.keeps = keeps }

        /// The steps of a round trip's calls.
        /// - Parameter forgets: Whether the server may be told to forget statements: not within a transaction, which may
        ///   have failed, so that all but its end is refused.
        /// - Throws: ``StoreError`` `invalid` when arguments and placeholders differ in number.
        mutating func plan(
            _ calls: [SQLCall], forgets: Bool, vectorType: UInt32, log: (@Sendable (String) -> Void)?
        ) throws(StoreError) -> Plan {
            var plan = Plan(steps: [])
            plan.steps.reserveCapacity(calls.count + 2)
            if forgets {
                for name in stale { plan.steps.append(PostgresStep("DEALLOCATE \"\(name)\"")) }
                stale = []
            }
            for (place, call) in calls.enumerated() {
                let entry = entry(call.text)
                log?(entry.text.text)
                guard entry.text.count == call.arguments.count, entry.text.count <= 65_535 else {
                    throw StoreError(
                        .invalid,
                        "\(call.arguments.count) arguments for \(entry.text.count) placeholders; the limit is 65535",
                        index: place)
                }
                let parameters: PostgresParameters
                do throws(StoreError) {
                    parameters = try PostgresParameters(call.arguments, vectorType: vectorType)
                } catch {
                    throw StoreError(error.code, error.message, index: place)
                }
                add(entry, parameters, isFixed: call.text.number != nil, place, &plan)
            }
            return plan
        }

        private mutating func add(
            _ entry: Entry, _ parameters: PostgresParameters, isFixed: Bool, _ place: Int, _ plan: inout Plan
        ) {
            uses += 1
            defer { entry.lastUse = uses }
            // A text that is made for one call is kept when it comes again.
            guard keeps, isFixed || entry.lastUse > 0 else {
                plan.steps.append(PostgresStep(.query(text: entry.text.text, parameters), call: place))
                return
            }
            let known =
                entry.forms.first { Self.fits($0.types, parameters.types) }?.name
                ?? plan.kept.last { $0.entry === entry && Self.fits($0.types, parameters.types) }?.name
            if let known {
                plan.steps.append(PostgresStep(.execute(name: known, parameters), call: place))
                return
            }
            var types = parameters.types
            if let newest = entry.forms.first?.types {
                for (index, type) in newest.enumerated() where types[index] == PostgresType.inferred {
                    types[index] = type
                }
            }
            names += 1
            let name = "s\(names)"
            plan.kept.append(Kept(entry: entry, name: name, types: types, step: plan.steps.count))
            plan.steps.append(PostgresStep(.prepare(name: name, text: entry.text.text, types: types), call: place))
            plan.steps.append(PostgresStep(.execute(name: name, parameters), call: place))
        }

        /// Remembers what the server keeps now.
        mutating func keep(_ kept: [Kept]) {
            for form in kept {
                form.entry.forms.insert((form.name, form.types), at: 0)
                if form.entry.forms.count > Self.formLimit { stale.append(form.entry.forms.removeLast().name) }
            }
        }

        /// Whether a kept form takes arguments of these types; nulls fit everywhere. What the server inferred is not
        /// known here, so it fits nulls only.
        private static func fits(_ kept: [UInt32], _ types: [UInt32]) -> Bool {
            zip(kept, types).allSatisfy { $1 == PostgresType.inferred || $0 == $1 }
        }

        private mutating func entry(_ text: SQLText) -> Entry {
            if let number = text.number {
                if number < fixed.count, let entry = fixed[number] { return entry }
                if number >= fixed.count {
                    fixed.append(contentsOf: repeatElement(nil, count: number + 1 - fixed.count))
                }
                let entry = Entry(text.text)
                fixed[number] = entry
                return entry
            }
            if let entry = dynamic[text.text] { return entry }
            if dynamic.count >= Self.dynamicLimit { forgetOldest() }
            let entry = Entry(text.text)
            dynamic[text.text] = entry
            return entry
        }

        /// Forgets the quarter that was not used for longest.
        private mutating func forgetOldest() {
            for (text, entry) in dynamic.sorted(by: { $0.value.lastUse < $1.value.lastUse })
                .prefix(Self.dynamicLimit / 4)
            {
                stale += entry.forms.map(\.name)
                dynamic[text] = nil
            }
        }
    }
#endif
