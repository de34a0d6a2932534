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
