// Speaks with the language server as an editor does, through the client library of VS Code, and writes what it heard as
// JSON. Arguments: the server's binary, the folder of a pack.
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {
  createProtocolConnection, StreamMessageReader, StreamMessageWriter, InitializeRequest, InitializedNotification,
  DidOpenTextDocumentNotification, DidChangeTextDocumentNotification, DidCloseTextDocumentNotification,
  CompletionRequest, HoverRequest, DefinitionRequest, ReferencesRequest, PrepareRenameRequest, RenameRequest,
  DocumentSymbolRequest, CodeActionRequest, PublishDiagnosticsNotification, ShutdownRequest, ExitNotification,
  CancellationTokenSource,
} from 'vscode-languageserver-protocol/node';

const [binary, folder] = process.argv.slice(2);
const server = spawn(binary, [], {env: {...process.env, WAYBILL_TEST_SERVES: 'yes'}, stdio: ['pipe', 'pipe', 'inherit']});
const left = new Promise(resolve => server.on('exit', resolve));
const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));

// The mistakes of a file, once they are as wanted.
const mistakes = new Map();
let waiting = [];
connection.onNotification(PublishDiagnosticsNotification.type, p => {
  mistakes.set(path.basename(p.uri), p.diagnostics);
  waiting = waiting.filter(([file, holds, done]) => !(mistakes.has(file) && holds(mistakes.get(file)) && (done(mistakes.get(file)), true)));
});
const told = (file, holds) => new Promise(done => {
  if (mistakes.has(file) && holds(mistakes.get(file))) done(mistakes.get(file));
  else waiting.push([file, holds, done]);
});
connection.listen();

const uri = file => pathToFileURL(path.join(folder, file)).href;
const texts = new Map();
let version = 0;
const open = (file, text) => {
  texts.set(file, text);
  return connection.sendNotification(DidOpenTextDocumentNotification.type, {textDocument: {uri: uri(file), languageId: 'yaml', version: ++version, text}});
};
// position of the nth occurrence of a word, in UTF-16 units as JavaScript counts them
const at = (file, word, nth = 1, behind = 0) => {
  let i = -1;
  while (nth-- > 0) i = texts.get(file).indexOf(word, i + 1);
  if (i < 0) throw new Error(`${word} stands not in ${file}`);
  const before = texts.get(file).slice(0, i + behind).split('\n');
  return {textDocument: {uri: uri(file)}, position: {line: before.length - 1, character: before.at(-1).length}};
};
const labels = async where => (await connection.sendRequest(CompletionRequest.type, where)).items.map(i => i.label);
const refused = promise => promise.then(() => 'answered', e => ({code: e.code, message: e.message}));
const places = list => list.map(l => `${path.basename(l.uri)}:${l.range.start.line + 1}:${l.range.start.character + 1}`).sort();
const heard = {};

heard.early = await refused(connection.sendRequest(HoverRequest.type, {textDocument: {uri: uri('order.process.yaml')}, position: {line: 0, character: 0}}));
heard.capabilities = (await connection.sendRequest(InitializeRequest.type, {
  processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities: {}, initializationOptions: {docs: 'https://docs.example/findings.md'},
})).capabilities;
await connection.sendNotification(InitializedNotification.type, {});

const order = 'order.process.yaml';
await open(order, readFileSync(path.join(folder, order), 'utf8'));
heard.fine = await told(order, list => list.length === 0);

// A mistake behind Chinese text on its line: the places count UTF-16 units.
const change = async (file, from, to) => {
  const start = at(file, from).position;
  const lines = from.split('\n');
  const end = lines.length === 1 ? {line: start.line, character: start.character + from.length} : {line: start.line + lines.length - 1, character: lines.at(-1).length};
  texts.set(file, texts.get(file).replace(from, () => to));
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: {uri: uri(file), version: ++version}, contentChanges: [{range: {start, end}, text: to}],
  });
};
await change(order, '"𝔘检查" and look.outcome', '"𝔘检查" and look.outcom');
const [wrong] = await told(order, list => list.some(d => d.code === 'unknown-field'));
heard.wrong = {...wrong, word: texts.get(order).split('\n')[wrong.range.start.line].slice(wrong.range.start.character, wrong.range.end.character)};
const actions = await connection.sendRequest(CodeActionRequest.type, {textDocument: {uri: uri(order)}, range: wrong.range, context: {diagnostics: [wrong]}});
heard.action = {title: actions[0].title, kind: actions[0].kind};
const [edit] = actions[0].edit.changes[uri(order)];
const rows = texts.get(order).split('\n');
heard.mended = rows[edit.range.start.line].slice(0, edit.range.start.character) + edit.newText + rows[edit.range.end.line].slice(edit.range.end.character);
await change(order, '"𝔘检查" and look.outcom ', '"𝔘检查" and look.outcome ');
heard.fineAgain = await told(order, list => list.length === 0);

// An unsaved change in one file is a mistake in another.
await open('shop.types.yaml', readFileSync(path.join(folder, 'shop.types.yaml'), 'utf8').replace('number: text', 'numero: text'));
heard.elsewhere = (await told(order, list => list.length > 0)).map(d => d.code);
await connection.sendNotification(DidCloseTextDocumentNotification.type, {textDocument: {uri: uri('shop.types.yaml')}});
heard.saved = await told(order, list => list.length === 0);

// While a line is being typed.
await change(order, '  - wait: 2d\n', '  - do: stock.reserve\n    with: {or\n');
heard.inputs = await labels(at(order, 'with: {or', 1, 9));
await change(order, 'with: {or\n', 'with: {order: = \n');
heard.data = await labels(at(order, 'with: {order: = ', 1, 16));
await change(order, 'with: {order: = \n', 'with: {order: = order.\n');
heard.fields = await labels(at(order, 'with: {order: = order.', 1, 22));
await change(order, '  - do: stock.reserve\n    with: {order: = order.\n', '  - \n');
heard.kinds = await labels(at(order, '\n  - \n', 1, 5));
await change(order, '\n  - \n', '\n  - wait: 2d\n');

heard.hover = (await connection.sendRequest(HoverRequest.type, at(order, 'stock.reserve'))).contents;
heard.nothing = await connection.sendRequest(HoverRequest.type, at(order, '\n  - wait', 1, 2));
heard.definition = places(await connection.sendRequest(DefinitionRequest.type, at(order, 'look.outcome', 1, 2)));
heard.typeDefinition = places(await connection.sendRequest(DefinitionRequest.type, at(order, 'Order')));
heard.references = places(await connection.sendRequest(ReferencesRequest.type, {...at(order, 'look'), context: {includeDeclaration: true}}));
heard.readers = places(await connection.sendRequest(ReferencesRequest.type, {...at(order, 'look'), context: {includeDeclaration: false}}));
heard.prepared = await connection.sendRequest(PrepareRenameRequest.type, at(order, 'look'));
const renamed = await connection.sendRequest(RenameRequest.type, {...at(order, 'look'), newName: '检查'});
heard.renamed = Object.fromEntries(Object.entries(renamed.changes).map(([file, edits]) => [path.basename(file), edits.length]));
heard.refused = await refused(connection.sendRequest(RenameRequest.type, {...at(order, 'look'), newName: 'len'}));
// A field of a record, and one of a form: as the texts are that the editor holds, saved or not.
const edited = changes => Object.fromEntries(Object.entries(changes).map(([file, edits]) => {
  const rows = (texts.get(path.basename(file)) ?? readFileSync(path.join(folder, path.basename(file)), 'utf8')).split('\n');
  for (const {range: {start, end}, newText} of [...edits].sort((a, b) => b.range.start.line - a.range.start.line || b.range.start.character - a.range.start.character)) {
    rows[start.line] = rows[start.line].slice(0, start.character) + newText + rows[end.line].slice(end.character);
  }
  return [path.basename(file), rows.join('\n')];
}));
heard.fieldReferences = places(await connection.sendRequest(ReferencesRequest.type, {...at(order, 'order.number', 1, 6), context: {includeDeclaration: true}}));
heard.fieldPrepared = await connection.sendRequest(PrepareRenameRequest.type, at(order, 'order.number', 1, 6));
heard.fieldRenamed = edited((await connection.sendRequest(RenameRequest.type, {...at(order, 'order.number', 1, 6), newName: '编号'})).changes);
heard.formRenamed = edited((await connection.sendRequest(RenameRequest.type, {...at(order, 'remark'), newName: 'said'})).changes);
heard.fieldRefused = await refused(connection.sendRequest(RenameRequest.type, {...at(order, 'remark'), newName: 'outcome'}));
const outline = (list, depth = 0) => list.flatMap(s => [' '.repeat(depth) + s.name, ...outline(s.children ?? [], depth + 1)]);
heard.outline = outline(await connection.sendRequest(DocumentSymbolRequest.type, {textDocument: {uri: uri(order)}}));

heard.unknown = await refused(connection.sendRequest('textDocument/nowhere', {}));
heard.badParams = await refused(connection.sendRequest('textDocument/hover', {textDocument: {uri: 5}}));
heard.noFile = await refused(connection.sendRequest(HoverRequest.type, {textDocument: {uri: 'untitled:1'}, position: {line: 0, character: 0}}));
await connection.sendNotification('$/unheard', {});
const source = new CancellationTokenSource();
const late = refused(connection.sendRequest(CompletionRequest.type, at(order, 'wait'), source.token));
source.cancel();
heard.cancelled = await late;
heard.shutdown = await connection.sendRequest(ShutdownRequest.type);
heard.afterwards = await refused(connection.sendRequest(HoverRequest.type, at(order, 'wait')));
await connection.sendNotification(ExitNotification.type);
heard.exit = await left;
console.log(JSON.stringify(heard));
process.exit(0);
