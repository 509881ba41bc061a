#if MySQL
    import Records
    import RelationalRecords
    import Testing

    @testable import MySQLDriver

    /// SQL for servers that these tests cannot have: MySQL 9 and MariaDB 11.7 with vectors. What such a server makes of
    /// it is untested.
    @Suite("MySQL dialect")
    struct DialectTests {
        private let mariadb = MySQLServer("11.7.2-MariaDB")
        private let mysql = MySQLServer("9.1.0")
        private let both = MySQLVectorSupport.Probe(hasType: true, hasDistance: true)

        @Test func vectorsNeedTheTypeAndTheFunction() throws {
            let mariadb = try #require(mariadb), mysql = try #require(mysql)
            #expect(MySQLVectorSupport(mariadb, both) == .mariadb)
            #expect(MySQLVectorSupport(mysql, both) == .mysql)
            // MySQL 9 Community has the type and lacks the function.
            for probe in [(true, false), (false, true), (false, false)] {
                let answers = MySQLVectorSupport.Probe(hasType: probe.0, hasDistance: probe.1)
                #expect(MySQLVectorSupport(mariadb, answers) == .none)
                #expect(MySQLVectorSupport(mysql, answers) == .none)
            }
            #expect(MySQLVectorSupport.distanceProbe(mariadb).contains("VEC_DISTANCE_COSINE"))
            #expect(MySQLVectorSupport.distanceProbe(mysql).contains("'COSINE'"))
        }

        @Test func mariadbSearchesAnIndexedColumnThatIsNeverNull() throws {
            let index = MySQLConfiguration.VectorIndex(dimensions: 3, neighbours: 8)
            let nearest = try #require(MySQLVectorSupport.mariadb.nearest(index))
            let definition = try #require(nearest.definition("note", "place", nil).first)
            let sql = definition.statements
            #expect(sql[0].contains("ADD COLUMN `place_near3` VECTOR(3) NOT NULL DEFAULT x'0000803f0000000000000000'"))
            #expect(sql[1].contains("BEFORE INSERT") && sql[2].contains("BEFORE UPDATE"))
            #expect(sql[1].contains("IF(OCTET_LENGTH(NEW.`place`) = 12, NEW.`place`, x'0000803f"))
            #expect(sql[3].hasPrefix("UPDATE `note` SET `place_near3` = `place` WHERE OCTET_LENGTH(`place`) = 12"))
            #expect(
                sql[4] == "ALTER TABLE `note` ADD VECTOR INDEX `note_place_near3` (`place_near3`) M=8 DISTANCE=cosine")
            #expect(definition.name == "note_place_near3", "the last thing made is what is looked for")
            let order = try #require(nearest.order("`place`", 3))
            #expect(order.condition == "OCTET_LENGTH(`place`) = 12")
            #expect(order.distance == "VEC_DISTANCE_COSINE(`place_near3`, ?)")
        }

        @Test func mysqlSearchesATypedColumn() throws {
            let index = MySQLConfiguration.VectorIndex(dimensions: 384)
            let nearest = try #require(MySQLVectorSupport.mysql.nearest(index))
            let definition = try #require(nearest.definition("note", "place", 384).first)
            #expect(definition.statements[0] == "ALTER TABLE `note` ADD COLUMN `place_near384` VECTOR(384) NULL")
            #expect(definition.statements.allSatisfy { !$0.contains("VECTOR INDEX") })
            #expect(definition.statements.last?.hasPrefix("CREATE TRIGGER `\(definition.name)`") == true)
            let order = try #require(nearest.order("`place`", 384))
            #expect(order.distance == "DISTANCE(`place_near384`, STRING_TO_VECTOR(VECTOR_TO_STRING(?)), 'COSINE')")
        }

        @Test func otherDimensionsAreLeftToScanning() throws {
            let nearest = try #require(MySQLVectorSupport.mysql.nearest(.init(dimensions: 384)))
            #expect(nearest.order("`place`", 383) == nil)
            #expect(nearest.definition("note", "place", 383).isEmpty)
            #expect(MySQLVectorSupport.none.nearest(.init(dimensions: 384)) == nil)
        }

        @Test func aSearchableColumnIsRemovedWithWhatStandsOnIt() throws {
            let server = try #require(mariadb)
            let dialect = SQLDialect.mysql(
                server, prefix: "", longestWord: 84, vectors: .mariadb, index: .init(dimensions: 3))
            let sql = dialect.dropColumn("note", "place")
            #expect(sql.count == 4 && sql[0].hasPrefix("DROP TRIGGER") && sql[2].contains("`place_near3`"))
            #expect(sql[3] == "ALTER TABLE `note` DROP COLUMN `place`")
        }

        @Test func longTextsCompareByTheirBytesOnEveryServer() throws {
            let types = [
                ("10.11.6-MariaDB", "utf8mb4_nopad_bin"), ("8.0.36", "utf8mb4_0900_bin"), ("8.0.16", "LONGBLOB"),
                ("5.7.44", "LONGBLOB"),
            ]
            for (version, wanted) in types {
                let server = try #require(MySQLServer(version))
                let dialect = SQLDialect.mysql(server, prefix: "", longestWord: 84, vectors: .none, index: nil)
                #expect(dialect.columnType(.text(maximumBytes: 4_096), false).hasSuffix(wanted))
                #expect(dialect.columnType(.text(maximumBytes: 64), false) == "VARBINARY(64)")
                #expect(dialect.columnType(.text(maximumBytes: 1_024), true) == "VARBINARY(1024)")
            }
        }

        @Test func termsThatFullTextDropsAreNotLookedUp() throws {
            let server = try #require(mariadb)
            let dialect = SQLDialect.mysql(server, prefix: "", longestWord: 84, vectors: .none, index: nil)
            #expect(dialect.hasToken("note", "words", ["a", "the"])?.arguments == [.tokens(["a", "the"])])
            #expect(dialect.hasToken("note", "words", [String(repeating: "a", count: 83)]) != nil)
            #expect(dialect.hasToken("note", "words", [String(repeating: "a", count: 84)]) == nil)
            #expect(dialect.hasToken("note", "words", [String(repeating: "я", count: 25)]) != nil)
            #expect(dialect.hasToken("note", "words", [String(repeating: "я", count: 26)]) == nil)
            #expect(dialect.hasToken("note", "words", (0...200).map { "t\($0)" }) == nil)
            let without = SQLDialect.mysql(server, prefix: "", longestWord: nil, vectors: .none, index: nil)
            #expect(without.hasToken("note", "words", ["a"]) == nil && without.tokenIndex("note", "words").isEmpty)
        }

        @Test func theAnchorOfSavepointsTravelsWithTheWordsThatBegin() throws {
            let server = try #require(mariadb)
            let dialect = SQLDialect.mysql(server, prefix: "am_", longestWord: 84, vectors: .none, index: nil)
            // It is there whether or not a type has tokens.
            #expect(dialect.ownTables.map(\.name) == ["am_savepoints"])
            let (plain, anchor) = SavepointAnchor.split(dialect.beginWriting)
            #expect(plain == "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION")
            #expect(anchor == SavepointAnchor(prefix: "am_"))
            #expect(anchor?.statements.first?.contains("`am_savepoints`") == true)
            #expect(SavepointAnchor.split(plain).anchor == nil && SavepointAnchor.split(plain).words == plain)
        }

        @Test func identifiersAreQuotedAndLongNamesStayApart() {
            #expect(SQLDialect.mysqlQuote("a`b") == "`a``b`")
            #expect(SQLDialect.mysqlQuote("a`\u{301}b") == "`a``\u{301}b`")
            let stem = String(repeating: "n", count: 70)
            let names = Set((0..<100).map { SQLDialect.mysqlName("\(stem)\($0)") })
            #expect(names.count == 100 && names.allSatisfy { $0.utf8.count <= 60 })
        }
    }
#endif
