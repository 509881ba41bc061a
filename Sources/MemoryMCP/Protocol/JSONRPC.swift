import Records

/// A message of JSON-RPC 2.0, as it comes in.
enum IncomingMessage {
    case request(RPCRequest)
    case notification(method: String, params: [String: JSONValue])
    /// An answer to something that this server never asks.
    case response

    /// - Throws: ``RPCFailure`` with the id where it could be read.
    init(_ json: JSONValue) throws(RPCFailure) {
        guard case .object(let members) = json else { throw RPCFailure(.invalidRequest, "a message is an object") }
        let id = members["id"]
        guard members["jsonrpc"] == .string("2.0") else {
            throw RPCFailure(.invalidRequest, "jsonrpc must be \"2.0\"", id: RPCRequest.valid(id))
        }
        guard case .string(let method)? = members["method"] else {
            if members["result"] != nil || members["error"] != nil {
                self = .response
                return
            }
            throw RPCFailure(.invalidRequest, "method must be a string", id: RPCRequest.valid(id))
        }
        let params: [String: JSONValue]
        switch members["params"] {
        case nil: params = [:]
        case .object(let object): params = object
        default: throw RPCFailure(.invalidParams, "params must be an object", id: RPCRequest.valid(id))
        }
        guard let id else {
            self = .notification(method: method, params: params)
            return
        }
        guard let id = RPCRequest.valid(id) else {
            throw RPCFailure(.invalidRequest, "id must be a string or an integer")
        }
        self = .request(RPCRequest(id: id, method: method, params: params))
    }
}

/// A request.
struct RPCRequest: Sendable {
    /// A string or an integer.
    var id: JSONValue
    var method: String
    var params: [String: JSONValue]

    /// The members of `_meta`; nil when there is none.
    var meta: [String: JSONValue]? {
        if case .object(let meta)? = params["_meta"] { meta } else { nil }
    }

    /// A text among the parameters.
    func text(_ name: String) throws(RPCFailure) -> String {
        guard case .string(let text)? = params[name] else {
            throw RPCFailure(.invalidParams, "params.\(name) must be a string")
        }
        return text
    }

    static func valid(_ id: JSONValue?) -> JSONValue? {
        switch id {
        case .string?, .int?: id
        default: nil
        }
    }
}

/// An error of the protocol, as opposed to one of a tool.
struct RPCFailure: Error {
    /// The codes in use.
    enum Code: Int {
        case parse = -32_700
        case invalidRequest = -32_600
        case methodNotFound = -32_601
        case invalidParams = -32_602
        case `internal` = -32_603
        /// Handshake revisions tell a missing resource so.
        case resourceNotFound = -32_002
        case headerMismatch = -32_020
        case unsupportedVersion = -32_022
    }

    var code: Code
    var message: String
    var data: JSONValue?
    /// The request's id, where the request itself could not be made out.
    var id: JSONValue?

    init(_ code: Code, _ message: String, data: JSONValue? = nil, id: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
        self.id = id
    }

    /// The HTTP status of the stateless revision.
    var httpStatus: Int {
        switch code {
        case .methodNotFound: 404
        case .internal: 500
        default: 400
        }
    }

    /// The message that says so.
    func message(to id: JSONValue?) -> JSONValue {
        var error: [String: JSONValue] = ["code": .int(Int64(code.rawValue)), "message": .string(message)]
        error["data"] = data
        return .object(["jsonrpc": .string("2.0"), "id": id ?? self.id ?? .null, "error": .object(error)])
    }
}

/// Messages that go out.
enum OutgoingMessage {
    static func result(_ members: [String: JSONValue], to id: JSONValue) -> JSONValue {
        .object(["jsonrpc": .string("2.0"), "id": id, "result": .object(members)])
    }

    static func notification(_ method: String, _ params: [String: JSONValue]) -> JSONValue {
        .object(["jsonrpc": .string("2.0"), "method": .string(method), "params": .object(params)])
    }
}
