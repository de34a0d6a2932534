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
