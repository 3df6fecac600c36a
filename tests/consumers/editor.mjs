// What the YAML language server tells an editor of documents on standard input: its complaints, and at a
// place what it would complete. Documents are `[{ name, text, at: [line, column] }]`, both from zero; the
// folder that is named second holds what their first lines point to.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [where, folder] = process.argv.slice(2);
const documents = JSON.parse(readFileSync(0, 'utf8'));
const program = join(where, 'node_modules/yaml-language-server/bin/yaml-language-server');
const server = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
const settings = { validate: true, completion: true, schemaStore: { enable: false } };

/** Who waits for which answer or notice. */
const waiting = new Map();
let received = Buffer.alloc(0);

function send(message) {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function told(key) {
  return new Promise((tell) => waiting.set(key, tell));
}

function ask(id, method, params) {
  const answer = told(id);
  send({ id, method, params });
  return answer;
}

function take(message) {
  if (message.method === 'workspace/configuration') {
    send({ id: message.id, result: message.params.items.map(() => settings) });
  } else if (message.method && message.id !== undefined) {
    send({ id: message.id, result: null });
  } else if (message.method === 'textDocument/publishDiagnostics') {
    waiting.get(message.params.uri)?.(message.params.diagnostics);
  } else if (message.id !== undefined) {
    waiting.get(message.id)?.(message.result);
  }
}

server.stdout.on('data', (data) => {
  received = Buffer.concat([received, data]);
  for (;;) {
    const end = received.indexOf('\r\n\r\n');
    const length = /Content-Length: (\d+)/i.exec(received.subarray(0, Math.max(end, 0)).toString());
    if (end < 0 || !length || received.length < end + 4 + Number(length[1])) return;
    const body = received.subarray(end + 4, end + 4 + Number(length[1]));
    received = received.subarray(end + 4 + Number(length[1]));
    take(JSON.parse(body.toString()));
  }
});

await ask(1, 'initialize', {
  processId: null,
  rootUri: pathToFileURL(folder).href,
  capabilities: { textDocument: { publishDiagnostics: {} }, workspace: { configuration: true } },
});
send({ method: 'initialized', params: {} });
const results = [];
for (const [number, { name, text, at }] of documents.entries()) {
  const uri = pathToFileURL(join(folder, name)).href;
  const complaints = told(uri);
  send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } });
  const result = { name, complaints: (await complaints).map(({ message }) => message), completed: [] };
  if (at) {
    const position = { line: at[0], character: at[1] };
    const answer = await ask(number + 2, 'textDocument/completion', { textDocument: { uri }, position });
    result.completed = (answer?.items ?? answer ?? []).map(({ label }) => label);
  }
  results.push(result);
}
process.stdout.write(JSON.stringify(results), () => server.kill());
