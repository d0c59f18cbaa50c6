// Reads a process with bpmn-moddle and a text with yaml, and echoes what it was given.
import { BpmnModdle } from 'bpmn-moddle';
import { parse } from 'yaml';

let text = '';
for await (const chunk of process.stdin) text += chunk;
const moddle = new BpmnModdle();
const task = moddle.create('bpmn:UserTask', { id: 'look' });
console.log(JSON.stringify({ type: task.$type, yes: parse('yes', { version: '1.1' }), text, args: process.argv.slice(2) }));
