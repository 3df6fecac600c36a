// What tap-parser or markdown-it makes of a report on standard input, as one JSON document.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [where, format] = process.argv.slice(2);
const require = createRequire(join(where, 'package.json'));
const text = readFileSync(0, 'utf8');

function tap() {
  const { Parser } = require('tap-parser');
  const points = [];
  let results;
  const parser = new Parser((all) => { results = all; });
  parser.on('assert', (point) => points.push(point));
  parser.end(text);
  const sick = points.filter((point) => point.diag?.severity);
  return {
    roots: sick.map((point) => [point.name, point.diag.severity]),
    findings: Object.fromEntries(points.map((point) => [point.name, point.diag?.verdict ?? 'healthy'])),
    failing: results.ok ? 0 : results.fail,
    faults: results.failures.filter((failure) => failure.tapError).map((failure) => failure.tapError),
  };
}

/** The page that a generous renderer makes: raw HTML and bare addresses are let through. */
function markdown() {
  const html = require('markdown-it')({ html: true, linkify: true }).render(text);
  const tags = [...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map((tag) => tag[1].toLowerCase());
  return { html, tags: [...new Set(tags)].sort() };
}

process.stdout.write(JSON.stringify({ tap, markdown }[format]()));
