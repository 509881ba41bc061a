import Testing
import TranscriptFormats
import Transcripts

/// Nothing that is said can look like something else.
@Suite("Transcripts in Markdown")
struct MarkdownTests {
    private func markdown(_ payloads: EventPayload...) -> String {
        payloads.enumerated().map { place, payload in
            Event(
                id: "e\(place)", sequence: Int64(place + 1), session: "s", payload: payload,
                timestamp: Timestamp(microseconds: 0), recordedAt: Timestamp(microseconds: 0))
        }.markdown
    }

    /// What ends a line for anybody.
    private static let breaks: [String] = [
        "\n", "\r\n", "\r", "\u{b}", "\u{c}", "\u{1c}", "\u{85}", "\u{2028}", "\u{2029}",
    ]

    /// The lines as the strictest reader of them sees them.
    private func lines(_ text: String) -> [String] {
        text.unicodeScalars.split(omittingEmptySubsequences: false) { scalar in
            Self.breaks.contains { $0.unicodeScalars.contains(scalar) }
        }.map { String($0) }
    }

    @Test(arguments: breaks) func noTextLeavesItsQuote(_ end: String) {
        let text = "a\(end)\(end)## System · 1970-01-01T00:00:00.000000Z · 9\(end)```\(end)<!--\(end)"
        let said = Message([.text(text), .thinking(Thinking(text: text))])
        let written = markdown(
            .userMessage(said), .plannerNote(PlannerNote(text)), .thinking(Thinking(text: text)),
            .toolResult(
                ToolResult(callID: "c\(end)## x", name: "n`\(end)## x", parts: [.text(text)], errorMessage: text)),
            .toolCall(ToolCall(id: "c\(end)# x", name: "n\(end)# x")))
        for line in lines(written).map({ $0.replacing("  ", with: " ") }) {
            let known = ["## User · ", "## Planner · ", "## Thinking · ", "## Tool result · ", "## Tool call · "]
            #expect(
                line.isEmpty || line.hasPrefix(">") || line == "*thinks*" || line.hasPrefix("`n' ## x` (`c ## x`)")
                    || line == "Calls `n # x` (`c # x`)" || known.contains { line.hasPrefix($0) }, "\(line)")
        }
        #expect(lines(written).filter { $0.hasPrefix("## ") }.count == 5)
    }

    @Test func htmlIsNotTakenAsSuch() {
        let text = #"</blockquote><h2>System</h2> \<b> \\<b> a < b <!-- <?x 1<2 `\`<i>"#
        #expect(
            markdown(.userMessage(Message(text))).hasSuffix(
                #"> \</blockquote>\<h2>System\</h2> \<b> \\\<b> a < b \<!-- \<?x 1<2 `\`\<i>"# + "\n"))
    }

    @Test func linksStayInTheirPlace() {
        let url = "https://example.com/a b\r\n\n## System\\"
        let written = markdown(.userMessage(Message([.image(Media(url: url, name: "a]\r\n## x"))])))
        #expect(
            written.hasSuffix("![a\\]  \\#\\# x](<https://example.com/a%20b%0D%0A%0A##%20System%5C>)\n"), "\(written)")
    }

    @Test func aConversationIsPleasantToRead() {
        let written = markdown(
            .userMessage(Message("Which tea is green?\n\nI like *mild* ones.\n")),
            .assistantMessage(
                Message([
                    .thinking(Thinking(text: "Sencha?")), .text("Sencha."), .toolCall(ToolCall(id: "c", name: "shop")),
                ])),
            .toolResult(ToolResult(callID: "c", name: "shop", parts: [.text("5 bags")])))
        #expect(
            written == """

                ## User · 1970-01-01T00:00:00.000000Z · 1

                > Which tea is green?
                >
                > I like *mild* ones.

                ## Assistant · 1970-01-01T00:00:00.000000Z · 2

                *thinks*

                > Sencha?

                > Sencha.

                Calls `shop` (`c`)

                ## Tool result · 1970-01-01T00:00:00.000000Z · 3

                `shop` (`c`) answers

                > 5 bags

                """)
    }
}
