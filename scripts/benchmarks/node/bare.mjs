// bare.mjs ANSWER: node:http answering what ANSWER says ({status, headers, body} as JSON) to every
// request, and nothing else; prints its port.
import { createServer } from "node:http";

const { status, headers, body } = JSON.parse(process.argv[2]);
const bytes = Buffer.from(body);
const server = createServer((_request, response) => {
  response.writeHead(status, headers);
  response.end(bytes);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.on("SIGTERM", () => process.exit(0));
