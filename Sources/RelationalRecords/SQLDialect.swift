package import Records

/// How one engine spells what the relational store needs: the only place where engines differ.
package struct SQLDialect: Sendable {
    /// A condition with its arguments.
    package struct Fragment: Sendable {
        /// The condition, with `?` for placeholders.
        package var condition: String
        /// One value a placeholder; ``rowRange`` stands for two.
        package var arguments: [Value]

        /// A condition.
        package init(_ condition: String, _ arguments: [Value]) {
            self.condition = condition
            self.arguments = arguments
        }
    }

    /// Stands among arguments for two of them: the least and the greatest row number of the partition.
    package static let rowRange = Value.tokens(["row range"])

    /// Something that is made for a table once, by name.
    package struct Definition: Sendable {
        /// The name it is found by afterwards (``SQLDialect/listObjects``), in full.
        package var name: String
        /// The statements that make it, in order.
        package var statements: [String]

        /// A definition.
        package init(_ name: String, _ statements: [String]) {
            self.name = name
            self.statements = statements
        }
    }

    /// What an index is made of. Names are unquoted, columns quoted.
    package struct IndexShape: Sendable {
        /// The index's full name and its table's.
        package var name: String, table: String
        /// The columns.
        package var columns: [String]
        /// Whether rows must differ in them; rows with a null never conflict.
        package var isUnique: Bool
        /// Columns that rows without a value in one of them may be left out for; quoted.
        package var presentColumns: [String]

        /// The condition of rows that must be in it, as ` WHERE …`; empty for all.
        package var presence: String {
            presentColumns.isEmpty
                ? "" : " WHERE " + presentColumns.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
        }
    }

    /// Quotes an identifier.
    package var quote: @Sendable (String) -> String
    /// Names a table in a statement, quoted and with its schema where there are schemas; ``quote`` by default.
    package var tableName: @Sendable (String) -> String
    /// The column type of a kind of field; whether the column is part of a key or an index.
    package var columnType: @Sendable (_ kind: Field.Kind, _ isIndexed: Bool) -> String
    /// What follows the parenthesis of `CREATE TABLE`, with a space before it; may be empty.
    package var tableOptions = ""
    /// Whether rows are numbered within their partition, so that those of a partition lie together and are found by
    /// number in a separate token index. Without, the primary key is the partition and the key.
    package var numbersRows = false
    /// The column type of a row's number where rows are numbered.
    package var rowNumberType = ""
    /// Starts a transaction that will write.
    package var beginWriting: String
    /// Starts a transaction that reads one snapshot.
    package var beginReading: String
    /// What a SELECT of a partition's head ends with so that other writers of the partition wait, with a space before
    /// it; empty where a writing transaction excludes all others.
    package var lockClause = ""
    /// Whether definitions are part of a transaction. Without, they are made one by one and looked for before.
    package var definesInTransactions = true
    /// Tables of the engine's own, made with the first of any type.
    package var ownTables: [Definition] = []
    /// Statements that make every other preparation wait, and those that let it go on.
    package var lockPreparation: (take: [String], give: [String]) = ([], [])
    /// What stands after `INSERT INTO … VALUES (…)` so that a taken key changes no row instead of failing, with a space
    /// before it; nil where a failed statement leaves the transaction usable.
    package var skipTaken: String?
    /// An insert that replaces the values of the row with the same key. Names are quoted; one `?` a column.
    package var upsert: @Sendable (_ table: String, _ columns: [String], _ key: [String]) -> String
    /// Whether `(a, b) > (?, ?)` is answered from an index.
    package var comparesTuples = true
    /// A statement that makes an index.
    package var createIndex: @Sendable (IndexShape) -> String
    /// What finds the terms of a tokens column fast; table and column unquoted.
    package var tokenIndex: @Sendable (_ table: String, _ column: String) -> [Definition]
    /// A condition that rows with any of the terms fulfil, and maybe more rows; nil when the engine cannot help.
    package var hasToken: @Sendable (_ table: String, _ column: String, _ terms: [String]) -> Fragment?
    /// The kinds of a vector column that the engine searches itself.
    package var nearest: NearestVectors?
    /// The most bytes of a table's or index's name; longer index names are shortened.
    package var maximumName = 60
    /// Whether a table that exists beside a type's table belongs to it and goes with it, such as a token index.
    package var isCompanion: @Sendable (_ name: String, _ table: String) -> Bool = { _, _ in false }
    /// A statement that removes an index; name and table unquoted.
    package var dropIndex: @Sendable (_ name: String, _ table: String) -> String
    /// Statements that remove a column with what stands on it; table and column unquoted.
    package var dropColumn: @Sendable (_ table: String, _ column: String) -> [String]
    /// The names of the tables that exist: one text column.
    package var listTables: String
    /// The names of indexes, triggers and further tables that exist: one text column.
    package var listObjects: String
    /// The names of a table's columns: one text column, one placeholder for the table's unquoted name.
    package var listColumns: String

    /// How the engine itself finds near vectors.
    package struct NearestVectors: Sendable {
        /// What makes a vector column searchable: table and column unquoted; dimensions nil where the type leaves them
        /// open.
        package var definition: @Sendable (_ table: String, _ column: String, _ dimensions: Int?) -> [Definition]
        /// Statements before the search, in its transaction.
        package var settings: [String]
        /// A condition that only rows with a vector of these dimensions fulfil, and an expression that sorts the nearest
        /// first, with one placeholder for the vector; nil when the engine does not search these dimensions.
        package var order: @Sendable (_ column: String, _ dimensions: Int) -> (condition: String, distance: String)?

        /// Describes a search.
        package init(
            definition: @escaping @Sendable (_ table: String, _ column: String, _ dimensions: Int?) -> [Definition],
            settings: [String],
            order: @escaping @Sendable (_ column: String, _ dimensions: Int) -> (condition: String, distance: String)?
        ) {
            self.definition = definition
            self.settings = settings
            self.order = order
        }
    }

    /// Describes an engine; everything else has a default that is right for most.
    package init(
        quote: @escaping @Sendable (String) -> String,
        columnType: @escaping @Sendable (Field.Kind, _ isIndexed: Bool) -> String,
        beginWriting: String, beginReading: String,
        upsert: @escaping @Sendable (_ table: String, _ columns: [String], _ key: [String]) -> String,
        createIndex: @escaping @Sendable (IndexShape) -> String,
        tokenIndex: @escaping @Sendable (_ table: String, _ column: String) -> [Definition],
        hasToken: @escaping @Sendable (_ table: String, _ column: String, _ terms: [String]) -> Fragment?,
        listTables: String, listObjects: String, listColumns: String
    ) {
        self.quote = quote
        tableName = quote
        self.columnType = columnType
        self.beginWriting = beginWriting
        self.beginReading = beginReading
        self.upsert = upsert
        self.createIndex = createIndex
        self.tokenIndex = tokenIndex
        self.hasToken = hasToken
        self.listTables = listTables
        self.listObjects = listObjects
        self.listColumns = listColumns
        dropIndex = { name, _ in "DROP INDEX IF EXISTS \(quote(name))" }
        dropColumn = { table, column in ["ALTER TABLE \(quote(table)) DROP COLUMN \(quote(column))"] }
    }

    /// An index's name, shortened with a number over the whole where it is too long, so that two never become one.
    func indexName(_ name: String) -> String {
        guard name.utf8.count > maximumName else { return name }
        let sum = Declaration.checksum(before: nil, after: name)
        return String(decoding: name.utf8.prefix(maximumName - 17), as: UTF8.self) + "_" + sum
    }

    /// `ON CONFLICT … DO UPDATE`, as SQL of several engines has it.
    package static func upsertOnConflict(_ table: String, _ columns: [String], _ key: [String]) -> String {
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        let changes = columns.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }
        return "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks)) "
            + "ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET \(changes.joined(separator: ", "))"
    }
}
