// Reads diagrams from the standard input, as JSON, and answers with what is wrong with each: what bpmn-moddle warns of
// in the BPMN, what bpmn-js does not draw, and texts of the SVG that are wider than their boxes.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';
import { chromium } from 'playwright-core';

const [executablePath] = process.argv.slice(2);
let text = '';
for await (const chunk of process.stdin) text += chunk;
const diagrams = JSON.parse(text);
const faults = [];
const fault = (diagram, what) => faults.push(`${diagram.name}: ${what}`);

for (const diagram of diagrams) {
  const { warnings } = await new BpmnModdle().fromXML(diagram.bpmn);
  for (const warning of warnings) fault(diagram, `bpmn-moddle: ${warning.message}`);
}

const browser = await chromium.launch({
  executablePath,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
page.on('pageerror', (error) => faults.push(`the page: ${error.message}`));
page.on('request', (request) => { if (!request.url().startsWith('data:') && request.url() !== 'about:blank') faults.push(`asks for ${request.url()}`); });
await page.setContent('<div id="drawn" style="width:1200px;height:800px"></div><div id="pasted"></div>');
await page.addScriptTag({ content: readFileSync(createRequire(import.meta.url).resolve('bpmn-js/dist/bpmn-navigated-viewer.production.min.js'), 'utf8') });

for (const diagram of diagrams) {
  const found = await page.evaluate(async ({ bpmn, svg, shapes, flows, widths }) => {
    const found = [];
    globalThis.viewer?.destroy();
    globalThis.viewer = new BpmnJS({ container: '#drawn' });
    const { warnings } = await viewer.importXML(bpmn);
    for (const warning of warnings) found.push(`bpmn-js: ${warning.message}`);
    viewer.get('canvas').zoom('fit-viewport');
    const drawn = viewer.get('elementRegistry').filter((element) => element.type !== 'label' && element.parent);
    const connections = drawn.filter((element) => element.waypoints).length;
    if (connections !== flows) found.push(`bpmn-js draws ${connections} flows of ${flows}`);
    if (drawn.length - connections !== shapes) found.push(`bpmn-js draws ${drawn.length - connections} shapes of ${shapes}`);

    const pasted = document.getElementById('pasted');
    pasted.innerHTML = svg;
    for (const group of pasted.querySelectorAll('g.task, g.box')) {
      const box = group.querySelector('rect').getBBox();
      for (const line of group.querySelectorAll('text')) {
        const b = line.getBBox();
        if (b.x < box.x || b.y < box.y - 1 || b.x + b.width > box.x + box.width || b.y + b.height > box.y + box.height + 1) {
          found.push(`"${line.textContent}" leaves its box`);
        }
      }
    }
    for (const line of pasted.querySelectorAll('text.label')) {
      const width = line.getBBox().width;
      if (!(width <= widths[line.textContent] + 0.5)) found.push(`"${line.textContent}" is ${width} wide, not ${widths[line.textContent]}`);
    }
    return found;
  }, diagram);
  for (const what of found) fault(diagram, what);
}

// One picture is looked at: that it has several colours.
const shot = await page.locator('#drawn').screenshot();
const colours = await page.evaluate(async (data) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + data;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return new Set(new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer)).size;
}, shot.toString('base64'));
if (colours < 3) faults.push('the picture is blank');
await browser.close();
console.log(JSON.stringify(faults));
