import Access
import Digests
import Foundation
import Memories
import MemoryHTTP
import Records
import Testing

@Suite("Tokens of an authorization server") struct TokenTests {
    private static let issuer = "https://issuer.example"
    private static let audience = "https://memory.example"
    private static let now: Int64 = 1_700_000_000

    private static func claims(_ more: [String: JSONValue] = [:]) -> [String: JSONValue] {
        [
            "iss": .string(issuer), "aud": .string(audience), "sub": .string("alice"), "exp": .int(now + 600),
            "scope": .string("openid memory:read memory:write"),
        ].merging(more) { $1 }.filter { $0.value != .null }
    }

    private func verifier(_ keys: String, userClaim: String = "sub") throws -> TokenVerifier {
        TokenVerifier(
            issuer: Self.issuer, audiences: [Self.audience, "memory"], keys: try TokenKeys(keys), userClaim: userClaim,
            defaultApp: "app", clock: { Timestamp(microseconds: Self.now * 1_000_000) })
    }

    @Test(arguments: TestSigner.Kind.allCases) func aSignedTokenLetsIn(_ kind: TestSigner.Kind) throws {
        let signer = try TestSigner(kind)
        for keys in [signer.pem, signer.keySet(id: "k1"), try TestSigner(kind).pem + signer.pem] {
            let verifier = try verifier(keys)
            // ES256's numbers are now and then shorter: many signatures, so that the short ones are met.
            for number in 0..<(kind == .p256 ? 300 : 3) {
                let token = signer.token(Self.claims(["jti": .int(Int64(number))]))
                let caller = try #require(verifier.caller(showing: token))
                #expect((caller.app, caller.user) == ("app", "alice"))
                #expect(caller.permissions == [.read, .write])
                #expect(!caller.name.contains("alice"))
            }
        }
        let keyed = try verifier(signer.keySet(id: "k1"))
        #expect(keyed.caller(showing: signer.token(Self.claims(), header: ["kid": .string("k1")])) != nil)
        #expect(keyed.caller(showing: signer.token(Self.claims(), header: ["kid": .string("k2")])) == nil)
        #expect(keyed.caller(showing: try TestSigner(kind).token(Self.claims())) == nil)
    }

    @Test func claimsDecide() throws {
        let signer = try TestSigner(.ed25519)
        let verifier = try verifier(signer.pem)
        func caller(_ claims: [String: JSONValue]) -> Caller? {
            verifier.caller(showing: signer.token(Self.claims(claims)))
        }
        for (name, wrong) in [
            ("iss", .string("https://issuer.example/")), ("iss", .null), ("aud", .string("https://other.example")),
            ("aud", .array([.string("x")])), ("aud", .null), ("exp", .int(Self.now - 61)), ("exp", .null),
            ("exp", .string("\(Self.now + 600)")), ("nbf", .int(Self.now + 61)), ("nbf", .string("1")),
            ("iat", .int(Self.now + 61)), ("sub", .null), ("sub", .string("")), ("sub", .int(1)),
            ("sub", .string(String(repeating: "u", count: 256))), ("app", .int(1)), ("app", .string("")),
        ] as [(String, JSONValue)] {
            #expect(caller([name: wrong]) == nil, "\(name): \(wrong)")
        }
        // Clocks may be a minute apart.
        #expect(caller(["exp": .int(Self.now - 59), "nbf": .int(Self.now + 59)]) != nil)
        #expect(caller(["exp": .double(Double(Self.now) + 0.5)]) != nil)
        #expect(caller(["aud": .array([.string("x"), .string("memory")])])?.user == "alice")
        #expect(caller(["app": .string("support")])?.app == "support")
        #expect(caller(["scope": .null])?.permissions == [])
        #expect(caller(["scope": .string("memory:admin memory:all read xmemory:delete")])?.permissions == [.admin])
        #expect(caller(["scope": .null, "scp": .array([.string("memory:delete")])])?.permissions == [.delete])
        let byMail = try self.verifier(signer.pem, userClaim: "email")
        #expect(byMail.caller(showing: signer.token(Self.claims())) == nil)
        #expect(byMail.caller(showing: signer.token(Self.claims(["email": .string("a@b")])))?.user == "a@b")
    }

    /// A public key is no secret: whoever knows it must not get in with it.
    @Test func algorithmsAreNotConfused() throws {
        let signer = try TestSigner(.rsa)
        let verifier = try verifier(signer.pem)
        func part(_ members: [String: JSONValue]) -> String {
            TestSigner.base64URL(JSONValue.object(members).canonicalBytes)
        }
        let payload = part(Self.claims())
        for algorithm in ["none", "None", "NONE", "", "HS256", "HS512", "RS512", "ES256", "EdDSA", "PS256"] {
            let head = part(["alg": .string(algorithm)])
            #expect(verifier.caller(showing: "\(head).\(payload).") == nil)
            let code = HMACSHA256.code(of: Array("\(head).\(payload)".utf8), key: Array(signer.pem.utf8))
            #expect(verifier.caller(showing: "\(head).\(payload).\(TestSigner.base64URL(code))") == nil)
            // The signature is right; what is said of it is not.
            #expect(verifier.caller(showing: signer.token(Self.claims(), header: ["alg": .string(algorithm)])) == nil)
        }
        let token = signer.token(Self.claims())
        #expect(verifier.caller(showing: token) != nil)
        let critical = signer.token(Self.claims(), header: ["crit": .array([.string("b64")])])
        #expect(verifier.caller(showing: critical) == nil)
        let parts = token.split(separator: ".").map(String.init)
        for broken in [
            "", ".", "..", "\(parts[0]).\(parts[1])", token + ".", token + "A", String(token.dropLast(2)), "a." + token,
            "\(parts[0]).\(part(Self.claims(["sub": .string("bob")]))).\(parts[2])", token + "=",
            String(repeating: "A", count: 20_000), parts[0] + "." + parts[1] + "." + String(parts[2].reversed()),
        ] {
            #expect(verifier.caller(showing: broken) == nil)
        }
    }

    @Test func weakAndForeignKeysAreRefused() throws {
        let weak = try TestSigner(.rsa, bits: 1_024)
        for text in [
            "", "{}", #"{"keys":[]}"#, weak.pem, weak.keySet(id: "k"), "-----BEGIN PUBLIC KEY-----",
            #"{"keys":[{"kty":"oct","k":"AAAA","alg":"HS256"}]}"#,
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]}"#,
        ] {
            #expect(throws: MemoryError.self) { try TokenKeys(text) }
        }
        let encryption = try TestSigner(.rsa).keySet(id: "k").replacing("\"sig\"", with: "\"enc\"")
        #expect(throws: MemoryError.self) { try TokenKeys(encryption) }
    }

    @Test func theServerAsksForTokens() async throws {
        let signer = try TestSigner(.p256)
        let test = try await TestService(
            needsKeys: true, tokens: try verifier(signer.pem),
            resource: ProtectedResource(issuer: Self.issuer, isTLS: false))
        let token = signer.token(Self.claims())
        #expect(try await test.ask("POST", "/v1/memories", #"{"memory":"hers"}"#, key: token).status == 201)
        #expect(try await test.ask("GET", "/v1/memories?app=app&user=alice", key: token)["count"] == .int(1))
        #expect(try await test.ask("GET", "/v1/memories?user=bob", key: token).status == 403)
        let refused = try await test.ask("DELETE", "/v1/memories", key: token)
        #expect(refused.status == 403)
        #expect(refused.header("www-authenticate")?.contains("insufficient_scope") == true)
        let key = try await test.keys.create(name: "", permissions: [.read], app: "app", user: "alice").token
        #expect(try await test.ask("GET", "/v1/memories", key: key)["count"] == .int(1))
        for (path, resource) in [("/v1/memories", ""), ("/mcp", "/mcp")] {
            let challenge = try await test.ask("POST", path, "{}", key: "x.y.z")
            #expect(challenge.status == 401)
            let metadata = "http://localhost:1/.well-known/oauth-protected-resource\(resource)"
            #expect(challenge.header("www-authenticate")?.contains("resource_metadata=\"\(metadata)\"") == true)
            let found = try await test.ask("GET", "/.well-known/oauth-protected-resource\(resource)")
            #expect(found.string("resource") == "http://localhost:1\(resource)")
            #expect(found["authorization_servers"] == .array([.string(Self.issuer)]))
        }
        #expect(try await test.ask("POST", "/.well-known/oauth-protected-resource").status == 405)
    }
}
