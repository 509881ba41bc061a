/// What must be done to a document to get another one: what a typed form cannot hold is kept beside it.
struct JSONDifference: Sendable, Hashable {
    /// Where something is: names of members and places of elements, from the root.
    enum Step: Sendable, Hashable {
        case member(String)
        case element(Int)
    }

    /// The value at a place; nil is removed.
    struct Change: Sendable, Hashable {
        var path: [Step]
        var value: JSONTree?
    }

    var changes: [Change] = []

    init() {}

    /// The difference from one document to another. Arrays of equal length are compared by element.
    init(from old: JSONTree, to new: JSONTree) { collect(old, new, []) }

    private mutating func collect(_ old: JSONTree, _ new: JSONTree, _ path: [Step]) {
        switch (old, new) {
        case (.object(let before), .object(let after)):
            for member in before where new[member.name] == nil {
                changes.append(Change(path: path + [.member(member.name)], value: nil))
            }
            for member in after {
                let step = path + [.member(member.name)]
                if let known = old[member.name] {
                    collect(known, member.value, step)
                } else {
                    changes.append(Change(path: step, value: member.value))
                }
            }
        case (.array(let before), .array(let after)) where before.count == after.count:
            for (place, pair) in zip(before, after).enumerated() {
                collect(pair.0, pair.1, path + [.element(place)])
            }
        default: if old != new { changes.append(Change(path: path, value: new)) }
        }
    }

    /// The other document; what has no place in this one is left out.
    func applied(to document: JSONTree) -> JSONTree {
        changes.reduce(document) { Self.applying($1.value, at: $1.path[...], to: $0) ?? .null }
    }

    private static func applying(_ value: JSONTree?, at path: ArraySlice<Step>, to tree: JSONTree) -> JSONTree? {
        guard let step = path.first else { return value }
        let rest = path.dropFirst()
        switch (step, tree) {
        case (.member(let name), .object(var members)):
            let place = members.lastIndex { $0.name.utf8.elementsEqual(name.utf8) }
            guard let place else {
                if rest.isEmpty, let value { members.append(JSONTree.Member(name, value)) }
                return .object(members)
            }
            if let changed = applying(value, at: rest, to: members[place].value) {
                members[place].value = changed
            } else {
                members.remove(at: place)
            }
            return .object(members)
        case (.element(let place), .array(var elements)) where elements.indices.contains(place):
            elements[place] = applying(value, at: rest, to: elements[place]) ?? .null
            return .array(elements)
        default: return tree
        }
    }

    /// The difference as a document: a list of `[path]` for what is removed and `[path, value]` for what is set.
    var document: JSONTree {
        .array(
            changes.map { change in
                let path = change.path.map { step -> JSONTree in
                    switch step {
                    case .member(let name): .string(name)
                    case .element(let place): .number(place)
                    }
                }
                return .array([.array(path)] + (change.value.map { [$0] } ?? []))
            })
    }

    /// Reads such a document; nil where it is none.
    init?(_ document: JSONTree) {
        guard let list = document.elements else { return nil }
        for element in list {
            guard let pair = element.elements, (1...2).contains(pair.count), let steps = pair[0].elements else {
                return nil
            }
            var path: [Step] = []
            for step in steps {
                switch step {
                case .string(let name): path.append(.member(name))
                case .number(let text):
                    guard let place = Int(text), place >= 0 else { return nil }
                    path.append(.element(place))
                default: return nil
                }
            }
            changes.append(Change(path: path, value: pair.count == 2 ? pair[1] : nil))
        }
    }
}
