// Reads files as others do. Standard input is JSON: a list of {path, text, tree}, where tree is what our own
// reader sees: a text as {text, plain}, a map as {map: [[key, value]...]}, a list as {list: [...]}. It writes what is wrong.
// A mistake that is made on purpose must be found, or else no schema is in force.
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {createRequire} from 'node:module';
import {isMap, isScalar, isSeq, parseDocument} from 'yaml';

const {getLanguageService} = createRequire(import.meta.url)('yaml-language-server');
const {TextDocument} = createRequire(import.meta.url)('vscode-languageserver-textdocument');
const files = JSON.parse(readFileSync(0, 'utf8'));
const wrong = [];

// A text without quotes is compared as it stands in the file: which type a reader gives it does not matter, since ours
// gives it none before its declared type reads it. A key must be a text to all readers.
function same(file, at, tree, node) {
  const say = what => wrong.push(`${file}${at}: ${what}`);
  if (tree.map) {
    if (!isMap(node)) return say('no map in YAML 1.1');
    if (node.items.length !== tree.map.length) return say(`${node.items.length} keys in YAML 1.1, ${tree.map.length} for us`);
    tree.map.forEach(([key, value], i) => {
      const {key: k, value: v} = node.items[i];
      if (typeof k.value !== 'string') say(`the key ${key} is ${k.value} in YAML 1.1`);
      else if (k.value !== key) say(`the key ${key} is ${k.value}`);
      same(file, `${at}.${key}`, value, v);
    });
  } else if (tree.list) {
    if (!isSeq(node)) return say('no list in YAML 1.1');
    if (node.items.length !== tree.list.length) return say(`${node.items.length} items in YAML 1.1, ${tree.list.length} for us`);
    tree.list.forEach((item, i) => same(file, `${at}[${i}]`, item, node.items[i]));
  } else {
    if (!isScalar(node)) return say('no text in YAML 1.1');
    const text = tree.plain ? node.source : node.value;
    if (text !== tree.text) say(`${JSON.stringify(text)} in YAML 1.1, ${JSON.stringify(tree.text)} for us`);
  }
}

const service = getLanguageService({
  schemaRequestService: async uri => readFileSync(fileURLToPath(uri), 'utf8'),
  workspaceContext: {resolveRelativePath: (name, base) => pathToFileURL(path.resolve(path.dirname(fileURLToPath(base)), name)).href},
  telemetry: {send() {}, sendError() {}, sendTrack() {}},
});
service.configure({validate: true, yamlVersion: '1.2', schemas: []});
const problems = (file, text, n) => service.doValidation(TextDocument.create(pathToFileURL(file).href, 'yaml', n, text), false);

for (const {path: file, text, tree} of files) {
  const doc = parseDocument(text, {version: '1.1', uniqueKeys: true, merge: false});
  for (const p of [...doc.errors, ...doc.warnings]) wrong.push(`${file}: YAML 1.1: ${p.message}`);
  same(file, '', tree, doc.contents);
  for (const p of await problems(file, text, 1)) wrong.push(`${file}:${p.range.start.line + 1}: yaml-language-server: ${p.message}`);
  const more = await problems(file, `${text}\nno_key_of_this_file: 1\n`, 2);
  if (!more.some(p => p.message.includes('no_key_of_this_file'))) wrong.push(`${file}: yaml-language-server finds no schema`);
}
console.log(JSON.stringify({read: files.length, wrong}));
