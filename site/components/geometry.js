// Where things stand in a chart. Lengths and ticks of an axis are worked out here, never a figure.

/** Round steps from 0 to at least the highest value: the ticks of an axis that begins at zero. */
export function ticks(highest) {
	if (!(highest > 0)) return [0, 1];
	const power = 10 ** Math.floor(Math.log10(highest / 4));
	const step = [1, 2, 2.5, 5, 10].map((s) => s * power).find((s) => s * 4 >= highest) ?? power * 10;
	const found = [];
	for (let n = 0; n * step < highest + step * 0.999; n++) found.push(Number((n * step).toPrecision(6)));
	return found;
}

/** Labels at the ends of lines, moved until none is nearer to the next than the gap. */
export function apart(labels, gap, top, bottom) {
	const placed = [...labels].sort((a, b) => a.y - b.y).map((l) => ({ ...l, at: l.y }));
	for (let n = 1; n < placed.length; n++) placed[n].at = Math.max(placed[n].at, placed[n - 1].at + gap);
	const over = placed.length ? placed[placed.length - 1].at - bottom : 0;
	if (over > 0) {
		placed[placed.length - 1].at -= over;
		for (let n = placed.length - 2; n >= 0; n--) placed[n].at = Math.min(placed[n].at, placed[n + 1].at - gap);
	}
	return placed.map((l) => ({ ...l, at: Math.max(l.at, top) }));
}

/** The stretches of a line without its gaps, as paths. */
export function paths(points, x, y) {
	const found = [];
	let open = false;
	points.forEach((point, n) => {
		if (point?.value == null) open = false;
		else {
			if (!open) found.push('');
			found[found.length - 1] += `${open ? 'L' : 'M'}${x(n).toFixed(1)} ${y(point.value).toFixed(1)}`;
			open = true;
		}
	});
	return found;
}

export const LOOKS = [
	{ colour: '#12436d', dash: '', shape: 'circle' },
	{ colour: '#a8470b', dash: '8 4', shape: 'square' },
	{ colour: '#4a4a4a', dash: '2 3', shape: 'triangle' },
	{ colour: '#6b3fa0', dash: '10 3 2 3', shape: 'diamond' },
	{ colour: '#0b6e4f', dash: '4 4', shape: 'cross' }
];

/** A mark of a shape around a point, as a path. */
export function mark(shape, x, y, r = 4.5) {
	const at = (dx, dy) => `${(x + dx * r).toFixed(1)} ${(y + dy * r).toFixed(1)}`;
	const closed = (...points) => `M${points.map(([dx, dy]) => at(dx, dy)).join('L')}Z`;
	if (shape === 'square') return closed([-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]);
	if (shape === 'triangle') return closed([0, -1.1], [1.1, 0.9], [-1.1, 0.9]);
	if (shape === 'diamond') return closed([0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]);
	if (shape === 'cross')
		return closed([-1, -0.35], [-0.35, -0.35], [-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35], [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35]);
	return `M${at(-1, 0)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

/** How long a bar is, of a hundred. */
export const length = (value, highest) => (100 * value) / highest;

/** The longest of some bars, and something to divide by where there is none. */
export const longest = (values) => Math.max(1e-9, ...values.map((value) => value ?? 0));

/** Round steps from below the lowest value to above the highest: the ticks of an axis of dots, which need no zero. */
export function span(values) {
	const [lowest, highest] = [Math.min(...values), Math.max(...values)];
	if (!(highest > lowest)) return [lowest - 1, lowest, lowest + 1];
	const power = 10 ** Math.floor(Math.log10((highest - lowest) / 4));
	const step = [1, 2, 2.5, 5, 10].map((s) => s * power).find((s) => s * 5 >= highest - lowest) ?? power * 10;
	const found = [];
	for (let n = Math.floor(lowest / step); found.length < 2 || found[found.length - 1] < highest; n++) found.push(Number((n * step).toPrecision(6)));
	return found;
}

const FRONT = ['own', 'neighbour', 'other'];

/** Dots on an axis, equal ones in a pile with the authority and its neighbours at its foot. */
export function strip(points, x, foot, tall) {
	const piles = new Map();
	for (const point of points) piles.set(point.value, [...(piles.get(point.value) ?? []), point]);
	const most = Math.max(1, ...[...piles.values()].map((pile) => pile.length));
	const step = Math.min(10, (tall - 8) / most);
	const size = Math.max(2, Math.min(4, step / 2 - 0.3));
	return [...piles.values()]
		.flatMap((pile) =>
			[...pile]
				.sort((a, b) => FRONT.indexOf(a.kind) - FRONT.indexOf(b.kind))
				.map((point, n) => ({ ...point, x: x(point.value), y: foot - 5 - n * step, r: point.kind === 'own' ? size + 1.5 : point.kind === 'neighbour' ? size + 0.7 : size }))
		)
		.sort((a, b) => FRONT.indexOf(b.kind) - FRONT.indexOf(a.kind));
}

/** Where the quarters of the places lie on the axis: each reaches half way to its neighbour. */
export function edges(rows, scale) {
	const found = [1, 2, 3, 4]
		.map((quartile) => rows.filter((r) => r.quartile === quartile).map((r) => r.value))
		.map((values, n) => ({ quartile: n + 1, lowest: Math.min(...values), highest: Math.max(...values) }))
		.filter((q) => q.lowest <= q.highest)
		.sort((a, b) => a.lowest - b.lowest);
	return found.map((q, n) => ({
		quartile: q.quartile,
		from: n ? (found[n - 1].highest + q.lowest) / 2 : scale[0],
		to: n < found.length - 1 ? (q.highest + found[n + 1].lowest) / 2 : scale[scale.length - 1]
	}));
}

/** A small line without an axis, from a little below its lowest value to its highest. */
export function sparkline(points, width = 240, height = 40) {
	const known = points.filter((p) => p.value != null);
	const [lowest, highest] = [Math.min(...known.map((p) => p.value)), Math.max(...known.map((p) => p.value))];
	return {
		width, height, points, first: known[0], last: known[known.length - 1],
		x: (n) => 3 + (n * (width - 6)) / Math.max(1, points.length - 1),
		y: (value) => (highest > lowest ? height - 5 - ((height - 10) * (value - lowest)) / (highest - lowest) : height / 2)
	};
}
