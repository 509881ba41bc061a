#if PostgreSQL
    import Records
    import Testing

    @testable import PostgresDriver

    @Suite("PostgreSQL configuration")
    struct ConfigurationTests {
        @Test func aURLIsTakenApart() throws {
            let url =
                "postgresql://us%40er:p%40ss%3A%2F%25@db.example:6543/app%20data?sslmode=verify-full&sslrootcert=%2Fca.pem"
                + "&schema=memo&table-prefix=m_&skip-setup=true&pool-size=3&lanes=2&connect-timeout=2.5"
                + "&statement-timeout=7&index=ivfflat&index-dimension=384&hnsw-m=8&hnsw-ef-construction=32"
                + "&hnsw-ef-search=50&iterative-scan=relaxed_order&halfvec=true&prepared-statements=false"
                + "&libpq.application_name=tests&read=postgres%3A%2F%2Freplica%3A7000"
            let configuration = try PostgresConfiguration(url: url)
            #expect(configuration.user == "us@er")
            #expect(configuration.password == "p@ss:/%")
            #expect(configuration.host == "db.example")
            #expect(configuration.port == 6_543)
            #expect(configuration.database == "app data")
            #expect(configuration.sslMode == .verifyFull)
            #expect(configuration.sslRootCertificate == "/ca.pem")
            #expect(configuration.schema == "memo")
            #expect(configuration.tablePrefix == "m_")
            #expect(configuration.skipsSetUp)
            #expect(configuration.poolSize == 3)
            #expect(configuration.lanes == 2)
            #expect(configuration.connectTimeout == 2.5)
            #expect(configuration.statementTimeout == 7)
            #expect(configuration.vectorIndex == .ivfflat)
            #expect(configuration.indexDimension == 384)
            #expect(configuration.hnswM == 8)
            #expect(configuration.hnswEfConstruction == 32)
            #expect(configuration.hnswEfSearch == 50)
            #expect(configuration.iterativeScan == .relaxed)
            #expect(configuration.usesHalfVectors)
            #expect(!configuration.preparesStatements)
            #expect(configuration.readReplica == "postgres://replica:7000")
            let values = try PostgresAddress(configuration).values
            #expect(values["application_name"] == "tests")
            #expect(values["password"] == "p@ss:/%")
            #expect(values["port"] == "6543")
            #expect(values["sslmode"] == "verify-full")
            #expect(values["client_encoding"] == "UTF8")
        }

        @Test func everythingHasADefault() throws {
            let values = try PostgresAddress(PostgresConfiguration(url: "postgres://")).values
            #expect(values["sslmode"] == "prefer")
            #expect(values["host"] == nil, "the library's own default")
            #expect(try PostgresConfiguration(url: "postgres://localhost/d").schema == "public")
        }

        @Test func explicitPartsWinOverADSN() throws {
            var configuration = PostgresConfiguration(host: "explicit.example", password: "explicit secret")
            configuration.dsn = "host=dsn.example port=5555 user=dsnuser password=dsnsecret dbname=d sslmode=require"
            var values = try PostgresAddress(configuration).values
            #expect(values["host"] == "explicit.example")
            #expect(values["password"] == "explicit secret")
            #expect(values["port"] == "5555")
            #expect(values["user"] == "dsnuser")
            #expect(values["sslmode"] == "require")
            configuration.sslMode = .disable
            values = try PostgresAddress(configuration).values
            #expect(values["sslmode"] == "disable")
            let url = "postgres://u@h/?dsn=postgres%3A%2F%2Fother%3Asecret%2540x%40elsewhere%2Fbase"
            values = try PostgresAddress(PostgresConfiguration(url: url)).values
            #expect(values["user"] == "u")
            #expect(values["host"] == "h")
            #expect(values["password"] == "secret@x")
            #expect(values["dbname"] == "base")
        }

        @Test func severalHostsAndAddresses() throws {
            var values = try PostgresAddress(PostgresConfiguration(url: "postgres://a:1,b:2,c/d")).values
            #expect(values["host"] == "a,b,c")
            #expect(values["port"] == "1,2,5432")
            values = try PostgresAddress(PostgresConfiguration(url: "postgres://[::1]:5433/d")).values
            #expect(values["host"] == "::1")
            #expect(values["port"] == "5433")
            values = try PostgresAddress(PostgresConfiguration(url: "postgres://%2Frun%2Fsockets/d")).values
            #expect(values["host"] == "/run/sockets")
        }

        @Test(arguments: [
            ("postgres://h/d?colour=red", "colour"), ("postgres://h/d?libpq.colour=red", "libpq.colour"),
            ("postgres://h:99999/d", "port"), ("postgres://h/d?pool-size=0", "pool-size"),
            ("postgres://h/d?pool-size=many", "pool-size"), ("postgres://h/d?sslmode=sometimes", "sslmode"),
            ("postgres://h/d?hnsw-m=1", "hnsw-m"), ("postgres://h/d?hnsw-ef-construction=20", "hnsw-ef-construction"),
            ("postgres://h/d?hnsw-ef-search=0", "hnsw-ef-search"), ("postgres://h/d?index=btree", "index"),
            ("postgres://h/d?index-dimension=2001", "index-dimension"), ("postgres://h/d?schema=pg_x", "schema"),
            ("postgres://h/d?table-prefix=a%22b", "table-prefix"), ("postgres://h/d?skip-setup=maybe", "skip-setup"),
            ("postgres://h/d?connect-timeout=0", "connect-timeout"), ("postgres://h/d?lanes=65", "lanes"),
            ("postgres://h/d?statement-timeout=-1", "statement-timeout"), ("postgres://u:%zz@h/d", "password"),
            ("postgres://h/d?libpq.gssencmode=require", "gssencmode"), ("mysql://h/d", "postgres://"),
        ])
        func wrongOptionsAreRefusedByName(_ url: String, _ name: String) throws {
            let error = #expect(throws: StoreError.self) {
                _ = try PostgresAddress(PostgresConfiguration(url: url))
            }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains(name) == true, "\(error?.message ?? "")")
        }

        @Test func aBrokenDSNIsNotShown() throws {
            var configuration = PostgresConfiguration()
            configuration.dsn = "host=h hunter2secret"
            let error = #expect(throws: StoreError.self) { try PostgresAddress(configuration) }
            #expect(error?.message.contains("dsn") == true)
            #expect("\(String(describing: error))".contains("hunter2") == false)
        }

        @Test func clientsAreNamed() async throws {
            #expect(try PostgresConfiguration(url: "postgres://client/main").clientName == "main")
            #expect(try PostgresConfiguration(url: "postgres:///?client=main&schema=s").clientName == "main")
            let error = await #expect(throws: StoreError.self) {
                try await PostgresRecords.open(PostgresConfiguration(url: "postgres://client/nobody"))
            }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains("client") == true)
        }

        @Test(arguments: [
            ("SELECT 1", "SELECT 1", 0), ("a = ? AND b = ?", "a = $1 AND b = $2", 2),
            ("a = '?' AND \"?\" = ?", "a = '?' AND \"?\" = $1", 1),
            ("a = 'it''s ?' OR b = ?", "a = 'it''s ?' OR b = $1", 1), ("'\"?' || ?", "'\"?' || $1", 1),
            ("é = ?", "é = $1", 1),
        ])
        func placeholdersAreNumberedOutsideQuotes(_ text: String, _ wanted: String, _ count: Int) {
            let converted = PostgresText(text)
            #expect(converted.text == wanted)
            #expect(converted.count == count)
        }
    }
#endif
