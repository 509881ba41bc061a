import TranscriptFormats

/// Lists of messages as libraries and providers write them: everything that their formats know, and some that they do not.
enum MessageSamples {
    static let pixel =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

    static let openAI = #"""
        [
          {"role": "system", "content": "Be brief."},
          {"role": "developer", "content": [{"type": "text", "text": "Answer in French."}]},
          {"role": "user", "name": "ada", "content": "What is in these? e\u0301 \ud83d\udc69\u200d\ud83d\udc67 \u0000"},
          {"role": "user", "content": [
            {"type": "text", "text": "Look"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,\#(pixel)", "detail": "low"}},
            {"type": "image_url", "image_url": {"url": "https://example.com/a b.png"}},
            {"type": "input_audio", "input_audio": {"data": "AAEC", "format": "wav"}},
            {"type": "file", "file": {"file_data": "data:application/pdf;base64,AAEC", "filename": "a.pdf"}},
            {"type": "file", "file": {"file_id": "file-1"}},
            {"type": "novel", "novel": {"n": 1.0}}]},
          {"role": "assistant", "content": null, "refusal": null, "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{ \"city\":\"Zürich\", \"n\":1.0}"}},
            {"id": "call_2", "type": "function", "function": {"name": "weather", "arguments": ""}},
            {"id": "call_3", "type": "custom", "custom": {"name": "sql", "input": "SELECT 1"}}]},
          {"role": "tool", "tool_call_id": "call_1", "content": "{\"sky\": \"blue\"}"},
          {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "rain"}]},
          {"role": "assistant", "content": "Blue.", "refusal": null, "annotations": [], "audio": {"id": "a1"}},
          {"role": "assistant", "content": [{"type": "text", "text": "No"}, {"type": "refusal", "refusal": "I cannot"}]},
          {"role": "assistant", "content": "", "reasoning_content": "hm"},
          {"role": "assistant", "content": null, "function_call": {"name": "old", "arguments": "{}"}},
          {"role": "function", "name": "old", "content": "1"},
          {"role": "assistant", "content": null},
          {"role": "assistant", "content": "Hello"},
          {"role": "assistant", "content": null, "refusal": "I will not"},
          {"role": "user", "content": [{"type": "file", "file": {"file_data": "AAEC", "filename": "b.pdf"}}]},
          {"role": "critic", "content": "unknown"}
        ]
        """#

    static let anthropic = #"""
        {"system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}], "messages": [
          {"role": "user", "content": "Hello"},
          {"role": "user", "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "\#(pixel)"}},
            {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
            {"type": "image", "source": {"type": "file", "file_id": "f1"}},
            {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AAEC"},
             "title": "Paper", "context": "c", "citations": {"enabled": true}},
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "plain é"}},
            {"type": "text", "text": "And?", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]},
          {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "Let me see…", "signature": "EqQBCgIYAhIM1gbcDa9GJwZA2b3h"},
            {"type": "redacted_thinking", "data": "RGF0YQ=="},
            {"type": "redacted_thinking", "data": "not base64!"},
            {"type": "text", "text": "It says", "citations": [{"type": "char_location", "start_char_index": 0}]},
            {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"z": 1.50, "a": [1e3, 12345678901234567890123]}},
            {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"query": "x"}},
            {"type": "web_search_tool_result", "tool_use_id": "srv_1", "content": []}]},
          {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "toolu_1", "is_error": true, "content": "no such city"},
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": [
               {"type": "text", "text": "21 degrees"},
               {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "\#(pixel)"}}]},
            {"type": "tool_result", "tool_use_id": "toolu_1"}]},
          {"role": "assistant", "content": "Done"},
          {"role": "assistant", "content": []},
          {"role": "assistant", "content": [{"type": "text", "text": "b"}]},
          {"role": "system", "content": "From now on in French."},
          {"role": "system", "content": [{"type": "text", "text": "And short."}]},
          {"role": "assistant", "content": [{"type": "thinking", "thinking": "a", "signature": "s"}]},
          {"role": "assistant", "content": [{"type": "thinking", "thinking": "c", "signature": "t"}]},
          {"role": "assistant", "content": [{"type": "thinking", "thinking": "unsigned"}]},
          {"role": "assistant", "content": [{"type": "text", "text": "d"}]},
          {"role": "observer", "content": "unknown"}
        ]}
        """#

    static let langChain = #"""
        [
          {"type": "system", "data": {"content": "Be brief.", "additional_kwargs": {}, "response_metadata": {},
            "type": "system", "name": null, "id": null}},
          {"type": "human", "data": {"content": [{"type": "text", "text": "Look"},
              {"type": "image_url", "image_url": {"url": "data:image/png;base64,\#(pixel)"}},
              {"type": "image", "base64": "\#(pixel)", "mime_type": "image/png"},
              {"type": "image", "source_type": "base64", "data": "\#(pixel)", "mime_type": "image/png"},
              "a plain text"],
            "additional_kwargs": {"k": [1, 2.50]}, "response_metadata": {}, "type": "human", "name": "ada",
            "id": "h1", "example": false}},
          {"type": "ai", "data": {"content": [{"type": "thinking", "thinking": "hm", "signature": "sig"}, {"type": "text", "text": "I ask"},
              {"type": "tool_use", "id": "c1", "name": "weather", "input": {"b": 1, "a": 2}}],
            "additional_kwargs": {"refusal": null}, "response_metadata": {"model_name": "gpt-x", "finish_reason": "stop"},
            "type": "ai", "name": null, "id": "run-1", "example": false,
            "tool_calls": [{"name": "weather", "args": {"b": 1, "a": 2.0}, "id": "c1", "type": "tool_call"},
                           {"name": "x", "args": {}, "id": null, "type": "tool_call"}],
            "invalid_tool_calls": [{"name": "bad", "args": "{", "id": "c2", "error": "e", "type": "invalid_tool_call"}],
            "usage_metadata": {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15,
              "input_token_details": {"cache_read": 3, "audio": 0}, "output_token_details": {"reasoning": 2}}}},
          {"type": "tool", "data": {"content": "sunny", "additional_kwargs": {}, "response_metadata": {}, "type": "tool",
            "name": "weather", "id": null, "tool_call_id": "c1", "artifact": {"raw": [1]}, "status": "success"}},
          {"type": "tool", "data": {"content": "broken", "additional_kwargs": {}, "response_metadata": {}, "type": "tool",
            "name": null, "id": null, "tool_call_id": "c1", "artifact": null, "status": "error"}},
          {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "HumanMessage"],
            "kwargs": {"content": "Hi", "type": "human"}},
          {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "AIMessage"],
            "kwargs": {"content": "", "tool_calls": [], "invalid_tool_calls": []}},
          {"content": "flat", "additional_kwargs": {}, "response_metadata": {}, "type": "human", "name": null, "id": null},
          {"type": "ai", "data": {"content": [{"type": "redacted_thinking", "data": "RGF0YQ=="},
              {"type": "video", "url": "https://example.com/v.mp4", "mime_type": "video/mp4"}],
            "additional_kwargs": {}, "response_metadata": {}, "type": "ai", "tool_calls": [], "invalid_tool_calls": [],
            "usage_metadata": {"input_tokens": 1}}},
          {"type": "ai", "data": {"content": [{"type": "thinking", "thinking": "hm"}], "additional_kwargs": {},
            "response_metadata": {}, "type": "ai", "tool_calls": [], "invalid_tool_calls": []}},
          {"type": "ai", "data": {"content": "Yes", "additional_kwargs": {}, "response_metadata": {}, "type": "ai",
            "tool_calls": [], "invalid_tool_calls": []}},
          {"type": "chat", "data": {"content": "c", "role": "critic", "type": "chat"}},
          {"type": "remove", "data": {"content": "", "id": "m1", "type": "remove"}}
        ]
        """#

    static let autoGen = #"""
        [
          {"content": "Be brief.", "type": "SystemMessage"},
          {"content": "Hi", "source": "user", "type": "UserMessage"},
          {"content": ["Look", {"data": "\#(pixel)"}], "source": "ada", "type": "UserMessage"},
          {"content": [{"id": "c1", "arguments": "{ \"x\":1.0}", "name": "f"}], "thought": "I ask", "source": "assistant", "type": "AssistantMessage"},
          {"content": [{"content": "42", "name": "f", "call_id": "c1", "is_error": false},
                       {"content": "boom", "name": "f", "call_id": "c2", "is_error": true}], "type": "FunctionExecutionResultMessage"},
          {"content": "Done", "thought": null, "source": "assistant", "type": "AssistantMessage"},
          {"id": "m1", "source": "user", "models_usage": null, "metadata": {}, "created_at": "2025-06-01T10:00:00Z",
           "content": "Task", "type": "TextMessage"},
          {"source": "writer", "models_usage": {"prompt_tokens": 7, "completion_tokens": 3}, "metadata": {"k": "v"},
           "content": "Text é", "type": "TextMessage"},
          {"source": "user", "models_usage": null, "metadata": {}, "content": ["a", {"data": "\#(pixel)"}], "type": "MultiModalMessage"},
          {"source": "a", "models_usage": null, "metadata": {}, "content": [{"id": "c3", "arguments": "{}", "name": "g"}], "type": "ToolCallRequestEvent"},
          {"source": "a", "models_usage": null, "metadata": {}, "content": [{"content": "1", "name": "g", "call_id": "c3", "is_error": null}], "type": "ToolCallExecutionEvent"},
          {"source": "a", "models_usage": null, "metadata": {}, "content": "hm", "type": "ThoughtEvent"},
          {"source": "a", "models_usage": null, "metadata": {}, "content": "over to b", "target": "b", "context": [], "type": "HandoffMessage"},
          {"source": "a", "models_usage": null, "metadata": {}, "request_id": "r", "content": "", "type": "UserInputRequestedEvent"},
          {"content": "", "thought": "hm", "source": "a", "type": "AssistantMessage"},
          {"content": "hello", "source": "b", "type": "AssistantMessage"},
          {"source": "b", "models_usage": null, "metadata": {}, "content": ["c", {"data": "\#(pixel)"}], "type": "MultiModalMessage"},
          {"role": "user", "name": "proxy", "content": "old style"},
          {"role": "assistant", "content": null, "tool_calls": [{"id": "c4", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}
        ]
        """#

    static let crewAI = #"""
        [
          {"role": "system", "content": "You are a researcher."},
          {"role": "user", "content": "Find it", "files": {"a": "b"}},
          {"role": "assistant", "content": "Thought: I know"},
          {"description": "Find", "name": "task", "expected_output": "A list", "summary": "Find...", "raw": "- one\n- two",
           "pydantic": null, "json_dict": {"z": 1, "a": 2}, "agent": "Researcher", "output_format": "json"},
          {"raw": "short", "agent": ""}
        ]
        """#

    static func text(_ format: MessageFormat) -> String {
        switch format {
        case .openAI: openAI
        case .anthropic: anthropic
        case .langChain: langChain
        case .autoGen: autoGen
        case .crewAI: crewAI
        }
    }
}
