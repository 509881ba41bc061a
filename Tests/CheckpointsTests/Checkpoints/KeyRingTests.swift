import Checkpoints
import Digests
import Foundation
import Records
import TestStores
import Testing

@Suite("AES-256-GCM") struct KeyRingTests {
    private let first = [UInt8](repeating: 1, count: 32)
    private let second = [UInt8](repeating: 2, count: 32)

    private func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).map { place in
            UInt8(hex.dropFirst(place).prefix(2), radix: 16) ?? 0
        }
    }

    /// Test cases 13, 14 and 16 of "The Galois/Counter Mode of Operation" (McGrew and Viega).
    @Test("The specification's vectors") func vectors() throws {
        let zeros = [UInt8](repeating: 0, count: 32)
        let long = bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
        let cases: [(key: [UInt8], nonce: [UInt8], plain: String, data: String, sealed: String)] = [
            (zeros, Array(zeros.prefix(12)), "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
            (
                zeros, Array(zeros.prefix(12)), "00000000000000000000000000000000", "",
                "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
            ),
            (
                long, bytes("cafebabefacedbaddecaf888"),
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
                "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                    + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
            ),
        ]
        for (key, nonce, plain, data, sealed) in cases {
            let made = try AES256GCM.seal(bytes(plain), key: key, nonce: nonce, additionalData: bytes(data))
            #expect(made == bytes(sealed))
            #expect(
                try AES256GCM.open(made[...], key: key, nonce: nonce, additionalData: bytes(data)) == bytes(plain))
        }
    }

    @Test("Any changed byte, another context or key opens nothing") func tampering() throws {
        let ring = try KeyRing(first)
        let sealed = try ring.seal([1, 2, 3], context: [9])
        #expect(try ring.open(sealed, context: [9]) == [1, 2, 3])
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: (any Error).self) { try ring.open(changed, context: [9]) }
        }
        for count in sealed.indices {
            #expect(throws: (any Error).self) { try ring.open(Array(sealed.prefix(count)), context: [9]) }
        }
        #expect(throws: (any Error).self) { try ring.open(sealed, context: [8]) }
        #expect(throws: (any Error).self) { try KeyRing(second).open(sealed, context: [9]) }
        #expect(try ring.open(try ring.seal([], context: []), context: []) == [])
        // A fresh nonce each time.
        let many = try (0..<1_000).map { _ in try ring.seal([1, 2, 3], context: [9]) }
        #expect(Set(many).count == many.count)
    }

    @Test("Older keys open, the first seals") func rotation() throws {
        let old = try KeyRing(first).seal([7], context: [])
        let text = [second, first].map { Data($0).base64EncodedString() }.joined(separator: ", ")
        let ring = try KeyRing(parsing: text)
        #expect(try ring.open(old, context: []) == [7])
        let new = try ring.seal([8], context: [])
        #expect(try KeyRing(second).open(new, context: []) == [8])
        #expect(throws: (any Error).self) { try KeyRing(first).open(new, context: []) }
        for wrong in ["", "AAAA", text + ",", "not base64"] {
            #expect(throws: CheckpointError.self) { try KeyRing(parsing: wrong) }
        }
    }

    @Test("A thread under a key is whole, and changes keys by a copy", arguments: TestBackend.all)
    func store(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let sealed = try await CheckpointStore(records, configuration: .init(cipher: try KeyRing(first)))
        try await sealed.putChain(["1", "2", "3"], thread: "t", run: "r")
        try await sealed.putWrites(
            [NewWrite("x", .text("w"))], task: "a", after: CheckpointAddress(thread: "t", id: "3"))
        let before = try await sealed.list(CheckpointQuery(thread: "t")).tuples
        #expect(before.map(\.checkpoint.texts["a"]) == ["a3", "a2", "a1"])
        let ring = try await CheckpointStore(
            records, configuration: .init(cipher: try KeyRing(second, older: [first]), acceptsUnsealed: false))
        #expect(try await ring.list(CheckpointQuery(thread: "t")).tuples == before)
        try await ring.copyThread("t", to: "u")
        let other = try await CheckpointStore(records, configuration: .init(cipher: try KeyRing(second)))
        #expect(
            try await other.list(CheckpointQuery(thread: "u")).tuples.map(\.checkpoint.values)
                == before.map(\.checkpoint.values))
        #expect(await code { _ = try await other.get(CheckpointAddress(thread: "t")) } == "sealed")
    }
}
