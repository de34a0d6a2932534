// The words around a figure. Figures arrive as people read them (`shown`); directions are read off the figures as
// displayed, as in the printed reports, so that two which a reader sees as equal are never called different.
// Nothing here works a figure out.

export const NOT_DELIVERED = 'Not available: the records were not delivered';

export const SYMBOLS = {
	c: 'suppressed',
	k: 'rounds to 0',
	z: 'not applicable',
	x: 'not available'
};

/** A figure with the meaning of its symbol beside it, if it is one: c (suppressed). */
export function told(display, shown) {
	if (display == null) return 'not available';
	return display in SYMBOLS ? `${display} (${SYMBOLS[display]})` : (shown ?? display);
}

/** A count as people read it: 1,100. */
export const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** What stands behind a number; a percentage has its sign on it, and an average's name says what it is of. */
export const unitWords = (row) => (['percent', 'mean'].includes(row.unit) ? '' : row.unit_name);

/** What a unit is called on its own, above a column or under a chart. */
export const unitTitle = (row) =>
	({ percent: 'Per cent', mean: 'Average', fte: 'Full-time equivalents', rate_per_10000: 'Per 10,000 children', median_months: 'Months (median)' })[row?.unit] ??
	`Number of ${row?.unit_name}`;

const order = (display) =>
	display === 'k' ? 0.4 : display == null || display === '' || isNaN(display) ? null : Number(display);

/** How one displayed value lies to another: higher, lower, same; null where either is no number. */
export function direction(display, other) {
	const [left, right] = [order(display), order(other)];
	if (left === null || right === null) return null;
	return left === right ? 'same' : left > right ? 'higher' : 'lower';
}

/** better or worse for being higher or lower; nothing where neither side is the better one. */
export function verdict(side, polarity) {
	if (!['higher', 'lower'].includes(polarity) || !['higher', 'lower'].includes(side)) return '';
	return side === polarity ? 'better' : 'worse';
}

/** How a figure stands to a comparator: above, better. */
export function standing(display, other, polarity) {
	const side = direction(display, other);
	if (!side) return 'not comparable';
	if (side === 'same') return 'in line';
	return [side === 'higher' ? 'above' : 'below', verdict(side, polarity)].filter(Boolean).join(', ');
}

/** How a figure moved since the year before, as a sentence. */
export function movement(row) {
	if (row.previous_display == null) return 'No figure for the year before';
	const before = told(row.previous_display, row.previous_shown);
	const side = direction(row.display_value, row.previous_display);
	if (!side) return `The year before: ${before}`;
	if (side === 'same') return `Unchanged from ${before} the year before`;
	return [`${side === 'higher' ? 'Rose' : 'Fell'} from ${before} the year before`, verdict(side, row.polarity)]
		.filter(Boolean)
		.join(': ');
}

/** The tone that a text is printed in where it says better or worse. */
export const tone = (text) => (/better/.test(text) ? 'better' : /worse/.test(text) ? 'worse' : '');

/** Where a section of the catalogue has its page. */
export const sectionPage = (section) =>
	({
		population: '/population/',
		placement: '/placements/',
		stability: '/placements/',
		entering: '/entering-and-leaving/',
		leaving: '/entering-and-leaving/',
		permanence: '/permanence/',
		outcomes: '/outcomes/',
		care_leavers: '/care-leavers/',
		reviews: '/reviews-and-participation/',
		participation: '/reviews-and-participation/',
		disputes: '/disputes/',
		iro_service: '/iro-service/',
		quality: '/iro-service/'
	})[section] ?? '/metrics/';

export const POLARITY = {
	higher: 'Higher is better for children',
	lower: 'Lower is better for children',
	none: 'Neither higher nor lower is better in itself'
};

export const GRADES = {
	S: 'rests on a maintained source, or was proved on published figures',
	M: 'rests on a secondary source',
	B: 'rests on background knowledge'
};

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const monthName = (iso) => MONTHS[new Date(`${iso.slice(0, 10)}T00:00:00Z`).getUTCMonth()];

/** 31 March 2025 */
export const longDate = (iso) => (iso ? `${Number(iso.slice(8, 10))} ${monthName(iso)} ${iso.slice(0, 4)}` : '');

/** Apr 24 */
export const shortMonth = (iso) => `${monthName(iso).slice(0, 3)} ${iso.slice(2, 4)}`;

/** The financial year that ends in a year, as people write it: 2024/25. */
export const yearLabel = (year) => (year == null ? '' : `${Number(year) - 1}/${String(year).slice(2)}`);

/** Where comparators come from, in a few words. */
export const releaseLabel = (release) =>
	/^\d+$/.test(release ?? '') ? `DfE's release of ${release}` : 'as printed in the annual report for 2024/25';

/** How a comparator was made. */
export function methodLabel(row) {
	if (!row.neighbour_model) return 'As published';
	const [year] = row.neighbour_model.split('-');
	const list = row.neighbour_model.includes('-') ? `${monthName(`${row.neighbour_model}-01`)} ${year}` : year;
	return [
		`${row.method === 'median' ? 'Median' : 'Mean'} of the neighbours on the list of ${list}`,
		row.neighbours_counted == null ? '' : `${row.neighbours_counted} counted`,
		row.neighbours_suppressed ? `${row.neighbours_suppressed} suppressed` : '',
		row.is_sparse ? 'fewer than half of them' : ''
	]
		.filter(Boolean)
		.join(', ');
}

/** The rows of a query as a plain array, without the row that stands in for an empty table. */
export const rowsOf = (query, key) => Array.from(query ?? []).filter((row) => row?.[key] != null);

const place = (first, name) => (first.includes(name) ? first.indexOf(name) : first.length);

/** Rows with the named ones first, in that order. */
export const ordered = (rows, first, key) => [...rows].sort((a, b) => place(first, a[key]) - place(first, b[key]));

/** Comparators in the order of the reports: neighbours, England, the region. */
export const inOrder = (rows) => ordered(rows, ['Statistical neighbours', 'England'], 'comparator');

/** The address of a category's own five years. */
export const drill = (row) =>
	`/metrics/${row.metric_id}/?breakdown=${row.breakdown}&category=${encodeURIComponent(row.category)}#over-time`;
