// The words around a figure. Figures arrive as people read them (`shown`), with how they moved and how they lie to other
// areas' (`direction`), and with what may be said of it (`verdict`, which knows chance). Nothing here works one out or
// compares two.

import { addBasePath } from '@evidence-dev/sdk/utils/svelte';
import { INTERNAL } from '$lib/variant.js';

/** The address of a page of this site, wherever the site itself stands. */
export const at = (page) => addBasePath(page);

export const NOT_DELIVERED = 'Not available: the records were not delivered';

/** Metrics that the public publication leaves out: in a small team officers could be told apart. */
export const WITHHELD = ['iro_caseload_within_handbook'].filter(() => !INTERNAL);

export const NOT_PUBLISHED = 'Not published: in a small team officers could be told apart';

/** Whether a figure is one of DfE's symbols; `shown` is then what it means. */
export const isSymbol = (display) => /^[a-z]$/.test(display);

/** A figure as people read it; one of DfE's symbols is said in words, as in the reports: not shown. */
export const told = (display, shown) => shown ?? display ?? 'not available';

/** A count as people read it: 1,100. */
export const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** What stands behind a number; a percentage has its sign on it, and an average's name says what it is of. */
export const unitWords = (row) => (['percent', 'mean'].includes(row.unit) ? '' : row.unit_name);

/** What a unit is called on its own, above a column or under a chart. */
export const unitTitle = (row) =>
	({ percent: 'Per cent', mean: 'Average', fte: 'Full-time equivalents', rate_per_10000: 'Per 10,000 children', median_months: 'Months (median)' })[row?.unit] ??
	`Number of ${row?.unit_name}`;

/** What is said of a difference beside its direction, where that says more: better, worse, little change. */
const judged = (row) => (['higher', 'lower'].includes(row.verdict) ? '' : (row.verdict ?? ''));

/** How a figure stands to a comparator: above, better. */
export function standing(row) {
	if (!row.direction) return 'not comparable';
	if (row.direction === 'same') return 'in line';
	return [row.direction === 'higher' ? 'above' : 'below', judged(row)].filter(Boolean).join(', ');
}

/** How a figure moved since the year before, as a sentence. */
export function movement(row) {
	if (row.previous_display == null) return row.display_value === 'c' ? '' : 'No figure for the year before';
	const before = told(row.previous_display, row.previous_shown);
	if (!row.direction) return `The year before: ${before}`;
	if (row.direction === 'same') return `Unchanged from ${before} the year before`;
	return [`${row.direction === 'higher' ? 'Rose' : 'Fell'} from ${before} the year before`, judged(row)]
		.filter(Boolean)
		.join(': ');
}

const QUARTERS = {
	judged: ['Best quarter', 'Second quarter', 'Third quarter', 'Worst quarter'],
	highest: ['Highest quarter', 'Second quarter', 'Third quarter', 'Lowest quarter']
};
const TONES = { judged: ['q1', 'q2', 'q3', 'q4'], highest: ['n1', 'n2', 'n3', 'n4'] };

/** The four quarters of the places, in words and in a colour; green and red only where one side is better. */
export function quarters(polarity) {
	const kind = polarity === 'none' ? 'highest' : 'judged';
	return QUARTERS[kind].map((name, n) => ({ name, tone: TONES[kind][n] }));
}

export const quarter = (quartile, polarity) => (quartile == null ? null : quarters(polarity)[quartile - 1]);

/** The authority's place in a sentence. */
export function placed(place, polarity) {
	const among = place.ranked_among === 'All authorities' ? 'all authorities' : 'the authority and its statistical neighbours';
	if (place.rank == null) return `No place among ${among}: DfE shows a symbol (${place.display_value}) for the authority, not a number.`;
	const first = polarity === 'none' ? `1 is the ${place.first_is}` : `1 is the ${place.first_is}, which is the best`;
	const where = quarter(place.quartile, polarity);
	return `Place ${place.rank} of ${place.authorities_counted} among ${among}${where ? `: ${where.name.toLowerCase()}` : ''} (${first}).`;
}

/** The colour in which a difference is printed: only what is more than chance has one. */
export const tone = (row) => (['better', 'worse'].includes(row?.verdict) ? row.verdict : '');

/** Where a section of the catalogue has its page. */
export const sectionPage = (section) =>
	at({
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
	}[section] ?? '/metrics/');

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
	at(`/metrics/${row.metric_id}/?breakdown=${row.breakdown}&category=${encodeURIComponent(row.category)}#over-time`);
