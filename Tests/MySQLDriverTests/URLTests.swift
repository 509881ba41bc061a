#if MySQL
    import Foundation
    import Records
    import Testing

    @testable import MySQLDriver

    @Suite("MySQL URLs")
    struct URLTests {
        @Test func everyPartAndOptionIsRead() throws {
            let file = #filePath
            let url =
                "mariadb://me%40home:s%3Acr%2Fet@db.example:3307/notes?tls=verify-full&tls-ca=\(file)&table-prefix=am_"
                + "&skip-setup=true&lanes=2&readers=3&connect-timeout=4&statement-timeout=5.5&patience=6"
                + "&index-dimension=384&index-m=16&index-ef-search=40&read=replica:3308&prepared=false&compress=yes"
                + "&auth-plugins=mysql_native_password,client_ed25519"
            let found = try MySQLConfiguration(url: url)
            #expect(found.host == "db.example" && found.port == 3_307 && found.database == "notes")
            #expect(found.user == "me@home" && found.password == "s:cr/et")
            #expect(found.tls == .verifyFull && found.tlsCAFile == file)
            #expect(found.tablePrefix == "am_" && found.skipsSetUp && found.lanes == 2 && found.readers == 3)
            #expect(found.connectTimeout == 4 && found.statementTimeout == 5.5 && found.patience == 6)
            #expect(found.vectorIndex == .init(dimensions: 384, neighbours: 16, searchWidth: 40))
            #expect(found.readReplica == "replica:3308" && !found.usesPreparedStatements && found.isCompressed)
            #expect(found.authenticationPlugins == ["mysql_native_password", "client_ed25519"])
            #expect(try found.replica()?.endpoint == "replica:3308")
        }

        @Test func explicitPartsWinOverTheURL() throws {
            let found = try MySQLConfiguration(
                url: "mysql://a:b@host:1/one?host=other&port=2&user=c&password=d&database=two")
            #expect(found.host == "other" && found.port == 2 && found.database == "two")
            #expect(found.user == "c" && found.password == "d")
        }

        @Test func shortFormsHaveDefaults() throws {
            let found = try MySQLConfiguration(url: "mysql:///notes")
            #expect(found.endpoint == "127.0.0.1:3306" && found.tls == .prefer && found.user == nil)
            #expect(try MySQLConfiguration(url: "mysql://[::1]:33/x").endpoint == "[::1]:33")
            #expect(try MySQLConfiguration(url: "mysql:///x?socket=/run/s").endpoint == "/run/s")
        }

        @Test(arguments: [
            ("postgres://h/d", "mysql://"), ("mysql://h", "database"), ("mysql://h/d?colour=red", "colour"),
            ("mysql://h:0/d", "port"), ("mysql://h/d?port=x", "port"), ("mysql://h/d?tls=maybe", "tls"),
            ("mysql://h/d?tls=verify-ca", "tls-ca"), ("mysql://h/d?tls-ca=/nowhere", "tls-ca"),
            ("mysql://h/d?tls-cert=/nowhere", "tls-key"), ("mysql:///d?socket=/s&tls=verify-full", "tls"),
            ("mysql://h/d?lanes=65", "lanes"), ("mysql://h/d?readers=0", "readers"),
            ("mysql://h/d?table-prefix=A", "table-prefix"), ("mysql://h/d?skip-setup=perhaps", "skip-setup"),
            ("mysql://h/d?index-m=4", "index-dimension"), ("mysql://h/d?index-dimension=0", "index-dimension"),
            ("mysql://h/d?index-dimension=9&index-m=2", "index-m"), ("mysql://h/d?statement-timeout=-1", "statement"),
            ("mysql://h/d?connect-timeout=0", "connect-timeout"), ("mysql://h/d?patience=nan", "patience"),
            ("mysql://h/d?client=nobody", "client"), ("mysql://h/d?lanes=1&lanes=2", "lanes"),
            ("mysql://h/d?auth-plugins=../x", "auth-plugins"), ("mysql://h/d?read=a:b:c", "read"),
            ("mysql://h/%zz", "database"), ("mysql://h/d#x", "fragment"),
        ])
        func whatIsWrongIsRefusedByItsName(_ url: String, _ word: String) {
            let error = #expect(throws: StoreError.self) { try MySQLConfiguration(url: url) }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains(word) == true, "\(error?.message ?? "no error")")
        }

        @Test func thePasswordIsNeitherShownNorRepeated() throws {
            let secret = "hunter2secret"
            let found = try MySQLConfiguration(url: "mysql://me:\(secret)@h/d")
            var shown = "\(found) \(String(reflecting: found))"
            dump(found, to: &shown)
            #expect(!shown.contains(secret))
            for url in ["mysql://me:\(secret)@h:x/d", "mysql://me:\(secret)@h/d?lanes=x", "msql://me:\(secret)@h/d"] {
                let error = #expect(throws: StoreError.self) { try MySQLConfiguration(url: url) }
                #expect(error.map { "\($0)".contains(secret) } == false)
            }
        }

        @Test func aRegisteredClientIsFoundByItsName() async throws {
            let client = try MySQLClient(MySQLConfiguration(database: "d"))
            MySQLClient.register(client, as: "URLTests")
            defer { MySQLClient.unregister("URLTests") }
            #expect(try MySQLConfiguration(url: "mysql:///d?client=URLTests").client === client)
            await client.close()
        }
    }
#endif
