#if MySQL
    import Records
    import RelationalRecords

    /// How a server searches vectors, if it does.
    enum MySQLVectorSupport: Sendable, Equatable {
        /// It does not: vectors are bytes to it.
        case none
        /// `VECTOR` and `DISTANCE`: MySQL 9 with HeatWave.
        case mysql
        /// `VECTOR`, `VECTOR INDEX` and `VEC_DISTANCE_COSINE`: MariaDB 11.7 and later.
        case mariadb

        /// What was found out by trying: some servers have the type without the function.
        struct Probe: Sendable, Equatable {
            /// Whether a table with a `VECTOR` column can be prepared.
            var hasType: Bool
            /// Whether the distance function answers.
            var hasDistance: Bool
        }

        /// A statement that can be prepared, and is never run, where there is the type.
        static let typeProbe = "CREATE TABLE `agent_memory_probe` (v VECTOR(1))"

        /// A query that succeeds where there is the function.
        static func distanceProbe(_ server: MySQLServer) -> String {
            server.isMariaDB
                ? "SELECT VEC_DISTANCE_COSINE(VEC_FromText('[1]'), VEC_FromText('[1]'))"
                : "SELECT DISTANCE(STRING_TO_VECTOR('[1]'), STRING_TO_VECTOR('[1]'), 'COSINE')"
        }

        /// What a server with these answers supports.
        init(_ server: MySQLServer, _ probe: Probe) {
            guard probe.hasType, probe.hasDistance else {
                self = .none
                return
            }
            self = server.isMariaDB ? .mariadb : .mysql
        }

        /// The SQL of an index; nil when the server searches no vectors.
        ///
        /// The vectors themselves stay in their own column as bytes, whatever their dimensions, so that a server can be
        /// changed for another. Those of the index's dimensions are copied by triggers into a column beside it that is
        /// named after the dimensions, so that its type is always what its name says.
        func nearest(_ index: MySQLConfiguration.VectorIndex) -> SQLDialect.NearestVectors? {
            guard self != .none else { return nil }
            return SQLDialect.NearestVectors(
                definition: { table, column, dimensions in
                    guard dimensions == nil || dimensions == index.dimensions else { return [] }
                    return [definition(table, column, index)]
                },
                settings: [],
                order: { column, dimensions in
                    guard dimensions == index.dimensions else { return nil }
                    let near = Self.quote(Self.nearColumn(column.replacing("`", with: ""), dimensions))
                    let distance =
                        self == .mariadb
                        ? "VEC_DISTANCE_COSINE(\(near), ?)"
                        // The function takes values of the type only, which bytes become by way of text.
                        : "DISTANCE(\(near), STRING_TO_VECTOR(VECTOR_TO_STRING(?)), 'COSINE')"
                    return ("OCTET_LENGTH(\(column)) = \(dimensions * 4)", distance)
                })
        }

        /// Statements that remove what ``nearest(_:)`` made for a column.
        func removal(_ table: String, _ column: String, _ index: MySQLConfiguration.VectorIndex) -> [String] {
            let name = Self.name(table, column, index.dimensions)
            return [
                "DROP TRIGGER IF EXISTS \(Self.quote(name + "_i"))",
                "DROP TRIGGER IF EXISTS \(Self.quote(name + "_u"))",
                "ALTER TABLE \(Self.quote(table)) DROP COLUMN \(Self.quote(Self.nearColumn(column, index.dimensions)))",
            ]
        }

        private func definition(
            _ table: String, _ column: String, _ index: MySQLConfiguration.VectorIndex
        ) -> SQLDialect.Definition {
            let name = Self.name(table, column, index.dimensions)
            let owner = Self.quote(table), source = Self.quote(column)
            let near = Self.quote(Self.nearColumn(column, index.dimensions))
            let isIndexable = "OCTET_LENGTH(NEW.\(source)) = \(index.dimensions * 4)"
            // MariaDB indexes no column that may be null: rows without a vector get one that every search leaves out by
            // its condition.
            let placeholder = "x'0000803f\(String(repeating: "00000000", count: index.dimensions - 1))'"
            let absent = self == .mariadb ? placeholder : "NULL"
            let type =
                "VECTOR(\(index.dimensions))" + (self == .mariadb ? " NOT NULL DEFAULT \(placeholder)" : " NULL")
            func trigger(_ suffix: String, _ event: String) -> String {
                "CREATE TRIGGER \(Self.quote(name + suffix)) BEFORE \(event) ON \(owner) FOR EACH ROW "
                    + "SET NEW.\(near) = IF(\(isIndexable), NEW.\(source), \(absent))"
            }
            var statements = [
                "ALTER TABLE \(owner) ADD COLUMN \(near) \(type)",
                trigger("_i", "INSERT"),
                trigger("_u", "UPDATE"),
                "UPDATE \(owner) SET \(near) = \(source) WHERE OCTET_LENGTH(\(source)) = \(index.dimensions * 4)",
            ]
            guard self == .mariadb else {
                // The last thing made has the name that is looked for, so that what was interrupted is made again.
                statements.append(statements.remove(at: 2))
                return SQLDialect.Definition(name + "_u", statements)
            }
            let neighbours = index.neighbours.map { " M=\($0)" } ?? ""
            statements.append(
                "ALTER TABLE \(owner) ADD VECTOR INDEX \(Self.quote(name)) (\(near))\(neighbours) DISTANCE=cosine")
            return SQLDialect.Definition(name, statements)
        }

        private static func nearColumn(_ column: String, _ dimensions: Int) -> String { "\(column)_near\(dimensions)" }

        private static func name(_ table: String, _ column: String, _ dimensions: Int) -> String {
            SQLDialect.mysqlName("\(table)_\(nearColumn(column, dimensions))")
        }

        private static func quote(_ name: String) -> String { SQLDialect.mysqlQuote(name) }
    }
#endif
