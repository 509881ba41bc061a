#if Redis
    internal import CHiredis

    /// Takes replies apart, with the reader of hiredis.
    final class RESPReader {
        /// The stream is not the protocol: nothing after it can be read.
        struct Damage: Error {}

        private let reader: UnsafeMutablePointer<redisReader>

        /// - Throws: ``Damage`` when there is no memory.
        init() throws(Damage) {
            guard let reader = redisReaderCreate() else { throw Damage() }
            self.reader = reader
        }

        deinit { redisReaderFree(reader) }

        /// Takes bytes in.
        func feed(_ bytes: UnsafeRawBufferPointer) throws(Damage) {
            guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
            guard redisReaderFeed(reader, base.assumingMemoryBound(to: CChar.self), bytes.count) == REDIS_OK else {
                throw Damage()
            }
        }

        /// The next whole reply; nil until there is one.
        func next() throws(Damage) -> RESPValue? {
            var reply: UnsafeMutableRawPointer?
            guard redisReaderGetReply(reader, &reply) == REDIS_OK else { throw Damage() }
            guard let reply else { return nil }
            defer { freeReplyObject(reply) }
            return Self.value(reply.assumingMemoryBound(to: redisReply.self).pointee)
        }

        private static func value(_ reply: redisReply) -> RESPValue {
            switch reply.type {
            case REDIS_REPLY_INTEGER: return .integer(reply.integer)
            case REDIS_REPLY_STRING: return .bytes(bytes(of: reply))
            case REDIS_REPLY_STATUS: return .status(String(decoding: bytes(of: reply), as: UTF8.self))
            case REDIS_REPLY_ERROR: return .error(String(decoding: bytes(of: reply), as: UTF8.self))
            case REDIS_REPLY_ARRAY:
                var elements: [RESPValue] = []
                elements.reserveCapacity(Int(reply.elements))
                for place in 0..<Int(reply.elements) {
                    elements.append(reply.element[place].map { value($0.pointee) } ?? .null)
                }
                return .array(elements)
            default: return .null
            }
        }

        private static func bytes(of reply: redisReply) -> [UInt8] {
            guard let text = reply.str else { return [] }
            return Array(UnsafeRawBufferPointer(start: text, count: Int(reply.len)))
        }
    }
#endif
