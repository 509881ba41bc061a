import HTTPServer
import Testing

@Suite struct HTTPRequestTests {
    @Test func escapedSlashStaysInItsSegment() throws {
        let request = try #require(HTTPRequest(target: "/v1/memories/a%2Fb?limit=10"))
        #expect(request.pathSegments == ["v1", "memories", "a/b"])
        #expect(request.path == "/v1/memories/a/b")
        #expect(request.target == "/v1/memories/a%2Fb?limit=10")
    }

    @Test(
        arguments: [
            ("/", []), ("/a", ["a"]), ("/a/", ["a", ""]), ("//a", ["", "a"]), ("/z%C3%BC", ["zü"]), ("/zü", ["zü"]),
            ("*", []), ("http://host:80/a?b", ["a"]), ("HTTP://host?b", []), ("/a+b", ["a+b"]), ("/?/x", []),
        ] as [(String, [String])])
    func segments(target: String, segments: [String]) throws {
        #expect(try #require(HTTPRequest(target: target)).pathSegments == segments)
    }

    @Test func queryItemsKeepOrderAndRepetition() throws {
        let request = try #require(HTTPRequest(target: "/?q=a+b%26c&topic=x&topic=y&flag&empty=&&u=%E2%82%AC&e=1=2"))
        #expect(request.queryItems.map(\.name) == ["q", "topic", "topic", "flag", "empty", "u", "e"])
        #expect(request.queryItems.map(\.value) == ["a b&c", "x", "y", "", "", "€", "1=2"])
        #expect(request.queryValue("topic") == "x")
        #expect(request.queryValue("Topic") == nil)
    }

    @Test(arguments: [
        "", "a", "//%", "/%2", "/%zz", "/%+1", "/a b", "/a%00b", "/?a=%00", "/a\u{0}b", "/%ff", "/%c0%af", "/%ED%A0%80",
        "http://host", "http:///a", "ftp://host/", "/a\r\nb", "/?x=%",
    ])
    func refusesTarget(target: String) {
        #expect(HTTPRequest(target: target) == nil)
    }

    @Test func headerLookupIgnoresCase() throws {
        let headers = [(name: "X-Key", value: "1"), (name: "x-key", value: "2")]
        let request = try #require(HTTPRequest(target: "/", headers: headers))
        #expect(request.header("x-KEY") == "1")
        #expect(request.header("x-key-") == nil)
    }
}

@Suite struct HTTPResponseTests {
    @Test(arguments: [
        ("X-Ok", "a\tb ü", true), ("X", "", true), ("", "a", false), ("X Y", "a", false), ("X:", "a", false),
        ("X\r\nY", "a", false), ("X", "a\r\nSet-Cookie: b", false), ("X", "a\nb", false), ("X", "a\rb", false),
        ("X", "a\u{0}b", false), ("X", "a\u{7F}", false), ("Ü", "a", false), ("content-length", "1", false),
        ("Transfer-Encoding", "chunked", false), ("Connection", "close", false),
    ])
    func headers(name: String, value: String, isValid: Bool) {
        #expect(HTTPResponse(headers: [("A", "b"), (name, value)]).hasValidHead == isValid)
    }

    @Test(arguments: [(0, false), (199, false), (200, true), (599, true), (600, false)])
    func status(status: Int, isValid: Bool) {
        #expect(HTTPResponse(status: status).hasValidHead == isValid)
    }
}
