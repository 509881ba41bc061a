#if MySQL
    import Records
    import RelationalRecords
    import Testing

    @testable import MySQLDriver

    @Suite("MySQL errors")
    struct ErrorTests {
        private static func error(_ code: UInt32, _ words: String = "", statement: String? = nil) -> StoreError {
            MySQLErrors.error(code, state: "HY000", words: words, place: "h:1", statement: statement)
        }

        @Test(arguments: [
            (UInt32(1062), StoreError.Code.exists), (1586, .exists), (1213, .conflict), (1205, .conflict),
            (2006, .unavailable), (2013, .unavailable), (2055, .unavailable), (1927, .unavailable),
            (1053, .unavailable), (1152, .unavailable), (1158, .unavailable), (1040, .unavailable),
            (1142, .unsupported), (1044, .unsupported), (1227, .unsupported), (1146, .schema), (1406, .invalid),
            (1034, .corrupted), (1264, .invalid), (1045, .invalid), (1049, .invalid), (1114, .unavailable),
            (1153, .invalid),
            (9_999, .unavailable),
        ])
        func everyNumberHasAMeaning(_ code: UInt32, _ wanted: StoreError.Code) {
            let error = Self.error(code)
            #expect(error.code == wanted)
            #expect((error.underlying as? MySQLFailure)?.code == code)
        }

        @Test func valuesUsersAndAddressesOfTheServersWordsAreNotRepeated() {
            let words = "Duplicate entry 'secret' for key 'x'; Access denied for user 'bob'@'10.0.0.9' secret"
            for code in UInt32(1_000)...1_999 {
                let error = Self.error(code, words)
                let shown = "\(error) \(error.underlying.map { "\($0)" } ?? "")"
                #expect(!shown.contains("secret") && !shown.contains("bob") && !shown.contains("10.0.0.9"))
            }
        }

        @Test func aMissingRightIsNamed() {
            let error = Self.error(1_142, "CREATE command denied to user 'SELECTOR'@'h' for table `d`.`t`")
            #expect(error.message.contains("the right CREATE;"))
            #expect(error.message.contains("skip-setup"))
            let several = Self.error(1_227, "Access denied; you need (at least one of) the SUPER privilege(s)")
            #expect(several.message.contains("SUPER"))
        }

        @Test func anIndexThatIsTooLongIsNamed() {
            let error = Self.error(1_071, statement: "CREATE INDEX `item_by_long` ON `item` (`a`, `b`)")
            #expect(error.code == .unsupported && error.message.contains("item_by_long"))
        }

        @Test func lostConnectionsAreFatalAndOtherFailuresAreNot() {
            for code in [UInt32(2_006), 2_013, 1_053, 1_927, 1_040] { #expect(MySQLErrors.isFatal(code)) }
            for code in [UInt32(1_062), 1_213, 1_317, 1_064] { #expect(!MySQLErrors.isFatal(code)) }
        }
    }

    @Suite("MySQL servers")
    struct ServerTests {
        @Test(arguments: [
            ("10.11.6-MariaDB-0+deb12u1", true, [10, 11, 6]), ("5.5.5-11.7.2-MariaDB-log", true, [11, 7, 2]),
            ("8.0.36", false, [8, 0, 36]), ("9.1.0-commercial", false, [9, 1, 0]), ("5.7.8-log", false, [5, 7, 8]),
            ("5.7.25-OceanBase seekdb-v1.4.0.0", false, [5, 7, 25]), ("8.4", false, [8, 4, 0]),
        ])
        func versionsAreRead(_ text: String, _ isMariaDB: Bool, _ version: [Int]) throws {
            let server = try #require(MySQLServer(text))
            #expect(server.isMariaDB == isMariaDB && server.version == version)
            #expect(throws: Never.self) { try server.check() }
        }

        @Test(arguments: [
            "5.7.7", "5.6.51", "5.5.62-log", "10.1.48-MariaDB", "5.5.5-10.0.38-MariaDB", "5.5.68-MariaDB",
        ])
        func olderServersAreRefusedByASentence(_ text: String) throws {
            let server = try #require(MySQLServer(text))
            let error = #expect(throws: StoreError.self) { try server.check() }
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("is too old") == true && error?.message.contains("or later") == true)
        }

        @Test func sessionSettingsAreEachServersOwn() throws {
            let mariadb = try #require(MySQLServer("11.7.2-MariaDB")), mysql = try #require(MySQLServer("9.0.1"))
            #expect(mariadb.sessionSettings(statementTimeout: 1.5).contains("max_statement_time = 1.5"))
            #expect(mysql.sessionSettings(statementTimeout: 1.5).contains("max_execution_time = 1500"))
            #expect(mysql.sessionSettings(statementTimeout: 0).contains("max_execution_time = 0"))
            #expect(mysql.sessionSettings(statementTimeout: 0).contains("STRICT_ALL_TABLES"))
            #expect(mariadb.sessionSettings(statementTimeout: 0, searchWidth: 40).hasSuffix("mhnsw_ef_search = 40"))
            let older = try #require(MySQLServer("11.6.2-MariaDB"))
            for server in [mysql, older] {
                #expect(!server.sessionSettings(statementTimeout: 0, searchWidth: 40).contains("mhnsw"))
            }
        }

        private static let durable = [
            "innodb_flush_log_at_trx_commit": "1", "innodb_doublewrite": "ON", "log_bin": "ON", "sync_binlog": "1",
            "innodb_ft_min_token_size": "3", "innodb_ft_max_token_size": "84", "max_allowed_packet": "16777216",
        ]

        @Test(arguments: [
            ([:], Capabilities.Survival.powerLoss), (["log_bin": "OFF", "sync_binlog": "0"], .powerLoss),
            (["sync_binlog": "0"], .processCrash), (["innodb_doublewrite": "OFF"], .processCrash),
            (["innodb_flush_log_at_trx_commit": "2"], .processCrash),
            (["innodb_flush_log_at_trx_commit": "0"], .nothing),
        ])
        func durabilityIsWhatTheSettingsSay(_ changes: [String: String], _ wanted: Capabilities.Survival) {
            let settings = MySQLSettings(values: Self.durable.merging(changes) { $1 })
            #expect(settings.durability().survives == wanted)
        }

        @Test func anAsynchronousReplicaMayForget() {
            #expect(MySQLSettings(values: Self.durable).durability().failoverMayForget)
            let synchronous = Self.durable.merging(["rpl_semi_sync_source_enabled": "ON"]) { $1 }
            #expect(!MySQLSettings(values: synchronous).durability().failoverMayForget)
        }

        @Test func settingsThatCannotWorkAreRefused() {
            for (name, value) in [("binlog_format", "STATEMENT"), ("innodb_page_size", "8192")] {
                let settings = MySQLSettings(values: Self.durable.merging([name: value]) { $1 })
                let error = #expect(throws: StoreError.self) { try settings.check() }
                #expect(error?.code == .unsupported && error?.message.contains(name) == true)
            }
            #expect(throws: Never.self) { try MySQLSettings(values: Self.durable).check() }
        }

        @Test func fullTextIsUsedOnlyWhereItKeepsOurWords() {
            #expect(MySQLSettings(values: Self.durable).longestWord == 84)
            let long = Self.durable.merging(["innodb_ft_min_token_size": "5"]) { $1 }
            #expect(MySQLSettings(values: long).longestWord == nil)
            #expect(MySQLSettings(values: [:]).longestWord == nil)
        }
    }
#endif
