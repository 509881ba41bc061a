import MemoryAPI

/// Which operation a method and a path mean.
struct RouteTable: Sendable {
    enum Match {
        /// An operation and the path's parameters.
        case operation(any Operation.Type, [String: String])
        /// The path is known, with these methods.
        case methods([String])
    }

    private struct Route: Sendable {
        var operation: any Operation.Type
        var method: String
        var segments: [String]
    }

    private let routes: [Route]

    init(_ operations: [any Operation.Type]) {
        // Words before parameters: /v1/memories/count is no memory of that id.
        routes = operations.map { operation in
            Route(
                operation: operation, method: operation.specification.method,
                segments: operation.specification.path.split(separator: "/").map(String.init))
        }.sorted { $0.operation.specification.pathParameters.count < $1.operation.specification.pathParameters.count }
    }

    func match(_ method: String, _ segments: [String]) -> Match? {
        var methods: [String] = []
        var template: [String]?
        for route in routes {
            // The first template that fits is the only one: what is a word there is no parameter of another.
            guard template == nil || template == route.segments,
                let parameters = Self.parameters(of: segments, route.segments)
            else { continue }
            template = route.segments
            if route.method == method { return .operation(route.operation, parameters) }
            methods.append(route.method)
        }
        if methods.contains("GET") { methods.append("HEAD") }
        return methods.isEmpty ? nil : .methods(Array(Set(methods)).sorted())
    }

    private static func parameters(of segments: [String], _ template: [String]) -> [String: String]? {
        guard segments.count == template.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, part) in zip(segments, template) {
            if part.hasPrefix("{") {
                parameters[String(part.dropFirst().dropLast())] = segment
            } else if part != segment {
                return nil
            }
        }
        return parameters
    }
}
