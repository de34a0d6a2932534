// Evidence sets two settings that the DuckDB of the pinned wasm does not have (its only behaviour is the one they ask
// for). Later wasm has no parquet reader inside and fetches one from the internet: see docs/site.md.
import { readFileSync, writeFileSync } from 'node:fs';

const unknownSettings =
	/^\s*await connection\.query\('SET (ieee_floating_point_ops|old_implicit_casting) = \w+;'\);\r?\n/gm;

for (const client of ['node', 'browser']) {
	const path = `node_modules/@evidence-dev/universal-sql/src/client-duckdb/${client}.js`;
	const before = readFileSync(path, 'utf8');
	const after = before.replace(unknownSettings, '');
	if (/SET (ieee|old_impl)/.test(after)) throw new Error(`The patch does not fit ${path}: was a pin changed?`);
	if (after !== before) writeFileSync(path, after);
}

// Below a path (CLA_SITE_PATH) Evidence leaves links alone that begin with the path's letters, as /care-leavers/ does below
// /care, and puts the path before what a page works out in brackets.
const links = 'node_modules/@evidence-dev/sdk/src/utils/svelte/addBasePath.js';
const linksBefore = readFileSync(links, 'utf8');
const linksAfter = linksBefore
	.replace('if (_path.startsWith(basePath)) return _path;', 'if (`${_path}/`.startsWith(`${basePath}/`)) return _path;')
	.replace("if (_path.startsWith('#')) return _path;", "if (/^[#{]/.test(_path)) return _path;");
if (!linksAfter.includes('${_path}/') || !linksAfter.includes('[#{]')) throw new Error(`The patch does not fit ${links}: was a pin changed?`);
if (linksAfter !== linksBefore) writeFileSync(links, linksAfter);
