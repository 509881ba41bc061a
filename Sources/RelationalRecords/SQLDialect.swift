package import Records

/// How one engine spells what the relational store needs: the only place where engines differ.
package struct SQLDialect: Sendable {
    /// A secondary structure that finds the terms of a tokens column.
    package struct TokenIndex: Sendable {
        /// The statements that make it, in order; each may run again. Arguments: table and column, unquoted.
        package var definition: @Sendable (_ table: String, _ column: String) -> [String]
        /// A condition on the table's rows with two placeholders for the partition's row numbers (least and greatest)
        /// after one for ``argument``.
        package var condition: @Sendable (_ table: String, _ column: String) -> String
        /// What is bound for a list of terms.
        package var argument: @Sendable (_ terms: [String]) -> String

        /// Describes the structure.
        package init(
            definition: @escaping @Sendable (String, String) -> [String],
            condition: @escaping @Sendable (String, String) -> String,
            argument: @escaping @Sendable ([String]) -> String
        ) {
            self.definition = definition
            self.condition = condition
            self.argument = argument
        }
    }

    /// Quotes an identifier.
    package var quote: @Sendable (String) -> String
    /// The column type of a kind of field.
    package var columnType: @Sendable (Field.Kind) -> String
    /// The column type of a row number that is the table's own key, so that rows of a partition lie together.
    package var rowNumberType: String
    /// Starts a transaction that will write.
    package var beginWriting: String
    /// Starts a transaction that reads one snapshot.
    package var beginReading: String
    /// How tokens columns are searched.
    package var tokenIndex: TokenIndex
    /// The names of the tables that exist: one text column.
    package var listTables: String

    /// Describes an engine.
    package init(
        quote: @escaping @Sendable (String) -> String, columnType: @escaping @Sendable (Field.Kind) -> String,
        rowNumberType: String, beginWriting: String, beginReading: String, tokenIndex: TokenIndex, listTables: String
    ) {
        self.quote = quote
        self.columnType = columnType
        self.rowNumberType = rowNumberType
        self.beginWriting = beginWriting
        self.beginReading = beginReading
        self.tokenIndex = tokenIndex
        self.listTables = listTables
    }
}
