import Foundation
import Retrieval
import Testing

@Suite struct QuerySignalsTests {
    func dates(_ text: String) -> [DateMention] { QuerySignals(query: text, participants: []).dates }

    @Test(
        arguments: [
            ("on 2023-05-08?", 2023, 5, 8), ("2023/5/8", 2023, 5, 8), ("8 May 2023", 2023, 5, 8),
            ("the 8th of May, 2023", 2023, 5, 8), ("May 8th, 2023", 2023, 5, 8), ("May 8 2023.", 2023, 5, 8),
            ("8-May-2023", 2023, 5, 8), ("May 2023", 2023, 5, nil), ("in june", nil, 6, nil),
            ("back in 2022", 2022, nil, nil),
            ("2023-05", 2023, 5, nil), ("Sept. 3", nil, 9, 3), ("25/12/2023", 2023, 12, 25),
            ("12/25/2023", 2023, 12, 25),
            ("5/8/2023", 2023, nil, nil), ("5/5/2023", 2023, 5, 5), ("2023年5月8日", 2023, 5, 8), ("5月に", nil, 5, nil),
            ("Feb 29", nil, 2, 29), ("２０２２", 2022, nil, nil), ("December 31st", nil, 12, 31),
            ("(2022)", 2022, nil, nil),
            ("2024-02-29", 2024, 2, 29),
        ] as [(String, Int?, Int?, Int?)])
    func oneDate(text: String, year: Int?, month: Int?, day: Int?) {
        #expect(dates(text).first == DateMention(year: year, month: month, day: day))
    }

    @Test(arguments: [
        "April likes June", "you may go", "march on", "I paid $2000", "2000% more", "2,000 people", "1999.50", "12345",
        "v2022b", "call 20221", "Jan plays chess", "", "5/8", "at 10:30", "1800", "3.14", "31", "\u{0}", "-", "--",
        "May",
    ])
    func noDate(text: String) {
        #expect(dates(text).isEmpty)
    }

    @Test func severalDates() {
        #expect(
            dates("between May 2022 and 3 June 2023, not 2022 or 2022") == [
                DateMention(year: 2022, month: 5), DateMention(year: 2023, month: 6, day: 3), DateMention(year: 2022),
            ])
        #expect(dates("2021-2023") == [DateMention(year: 2021), DateMention(year: 2023)])
        #expect(dates((1900...2099).map(String.init).joined(separator: " ")).count == DateMention.mostPerText)
    }

    @Test func impossibleDatesAreNoDates() {
        #expect(DateMention(year: 2023, month: 2, day: 29) == nil)
        #expect(DateMention(month: 13) == nil)
        #expect(DateMention(day: 3) == nil)
        #expect(DateMention(year: 2023, day: 3) == nil)
        #expect(DateMention() == nil)
        #expect(dates("2023-13-45") == [DateMention(year: 2023)].compactMap(\.self))
    }

    @Test func rangesAreUTC() throws {
        let day = try #require(DateMention(year: 2023, month: 5, day: 8)?.range)
        #expect(day == 1_683_504_000_000_000..<1_683_590_400_000_000)
        let month = try #require(DateMention(year: 2024, month: 2)?.range)
        #expect((month.upperBound - month.lowerBound) / 86_400_000_000 == 29)
        let year = try #require(DateMention(year: 2023)?.range)
        #expect((year.upperBound - year.lowerBound) / 86_400_000_000 == 365)
        #expect(DateMention(month: 5)?.range == nil)
    }

    /// The calendar agrees with Foundation's on days spread over 400 years before and after 1970.
    @Test func calendarDays() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for number in stride(from: -140_000, to: 146_000, by: 97) {
            let date = Date(timeIntervalSince1970: Double(number) * 86_400)
            let expected = calendar.dateComponents([.year, .month, .day], from: date)
            for offset in [Int64(0), 86_399_999_999] {
                let day = CalendarDay(microsecondsSince1970: Int64(number) * 86_400_000_000 + offset)
                #expect((day.year, day.month, day.day) == (expected.year, expected.month, expected.day))
            }
        }
        _ = CalendarDay(microsecondsSince1970: .min)
        _ = CalendarDay(microsecondsSince1970: .max)
    }

    @Test func mentionsContainMoments() throws {
        let noon: Int64 = 1_683_547_200_000_000  // 2023-05-08 12:00 UTC
        for text in ["2023-05-08", "May 2023", "in May", "2023", "8 May"] {
            #expect(try #require(dates(text).first).contains(microsecondsSince1970: noon))
        }
        for text in ["2023-05-09", "May 2022", "in June", "2022", "9 May"] {
            #expect(try !#require(dates(text).first).contains(microsecondsSince1970: noon))
        }
    }

    @Test(arguments: [
        ("What does Caroline like?", "Caroline White"), ("caroline's dog", "Caroline White"),
        ("Where does Melanie White live?", nil), ("the white dress", nil), ("Did Will call?", "Will Smith"),
        ("will it rain", nil), ("Will it rain?", nil), ("does will smith call", "Will Smith"), ("José", "José"),
        ("jose", "José"),
        ("小明喜欢什么", "小明"), ("Caroline and José", nil), ("ask dr. house", "Dr. House"), ("see a dr", nil), ("", nil),
        ("in May we met", nil), ("we saw what May did", "May"),
    ])
    func soleParticipant(query: String, name: String?) {
        let names = ["Caroline White", "Jack White", "Will Smith", "José", "小明", "Dr. House", "May", "", "JOSE"]
        #expect(QuerySignals(query: query, participants: names).soleParticipant == name)
    }

    @Test func severalParticipants() {
        let signals = QuerySignals(query: "Did Bob meet Alice?", participants: ["alice", "Bob", "Alice", "Carol"])
        #expect(signals.namedParticipants == ["alice", "Bob"])
        #expect(signals.soleParticipant == nil)
    }

    @Test(arguments: 0..<10)
    func randomTextNeverFails(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let parts = [
            "2023", "5", "31", "-", "/", ".", ",", " ", "may", "of ", "年", "月", "日", "th", "$", "é", "\0",
            "99999999999",
        ]
        for _ in 0..<500 {
            let text = (0..<12).map { _ in parts[Int.random(in: 0..<parts.count, using: &generator)] }.joined()
            for date in dates(text) {
                #expect(date.year != nil || date.month != nil)
                #expect(date.day == nil || date.month != nil)
            }
        }
    }
}
