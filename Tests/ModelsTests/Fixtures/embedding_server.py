"""An embeddings endpoint whose behaviour the model's name chooses. Prints its port; ends when its input ends."""
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

requests = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, document, headers=()):
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        model = self.path.rsplit("/", 1)[-1]
        self.answer(200, [request for request in requests if request["body"]["model"] == model])

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        requests.append({"path": self.path, "authorization": self.headers.get("Authorization"), "body": body})
        model = body["model"]
        size = body.get("dimensions", 4)
        # The text's length in bytes, then how often it has each of the letters a, b, c, …
        data = [
            {"index": index, "embedding": [len(text.encode())] + [text.count(chr(97 + i)) + 0.5 for i in range(size - 1)]}
            for index, text in enumerate(body["input"])
        ]
        if model.startswith("status-"):
            message = {"message": "cannot embed: " + body["input"][0], "code": "model_overloaded"}
            return self.answer(int(model[7:]), {"error": message})
        if model == "redirecting":
            return self.answer(307, {}, [("Location", "/elsewhere")])
        if model == "silent":
            return threading.Event().wait()
        if model == "garbled":
            return self.answer(200, b"<html>" + body["input"][0].encode())
        if model == "reversed":
            data.reverse()
        if model == "short":
            data.pop()
        if model == "repeating":
            data[-1]["index"] = 0
        if model == "resized":
            data[-1]["embedding"].append(0)
        self.answer(200, {"object": "list", "data": data, "model": model})


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
