// Files of what a page shows, made in the browser.

/** A table as CSV for Excel: UTF-8 with a mark, each cell in quotes. A cell that a spreadsheet could take for a formula
 * begins with an apostrophe. */
export function csvOf(table) {
	const cell = (text) => `"${(/^[=+\-@\t]./.test(text) && !/^-?[\d.,]+%?$/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
	const lines = [...table.rows].map((row) => [...row.cells].map((c) => cell(c.textContent.replace(/\s+/g, ' ').trim())).join(','));
	return new Blob([`\ufeff${lines.join('\r\n')}\r\n`], { type: 'text/csv;charset=utf-8' });
}

const STYLES = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-size', 'font-weight', 'font-family', 'text-anchor', 'paint-order', 'opacity'];

/** A chart that stands by itself: its title above it, and the page's styles on each of its parts. */
function standalone(chart, title) {
	const { width, height } = chart.getBoundingClientRect();
	const copy = chart.cloneNode(true);
	const parts = chart.querySelectorAll('*');
	copy.querySelectorAll('*').forEach((part, n) => {
		const style = getComputedStyle(parts[n]);
		for (const name of STYLES) part.style.setProperty(name, style.getPropertyValue(name));
		part.removeAttribute('class');
	});
	const above = 30;
	const make = (name, attributes) => {
		const part = document.createElementNS('http://www.w3.org/2000/svg', name);
		for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
		return part;
	};
	copy.prepend(make('rect', { x: 0, y: -above, width, height: height + above, fill: '#fff' }));
	const text = make('text', { x: 4, y: -10, 'font-size': 14, 'font-weight': 600, 'font-family': 'sans-serif', fill: '#1d1d1d' });
	text.textContent = title;
	copy.append(text);
	copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
	copy.setAttribute('viewBox', `0 ${-above} ${width} ${height + above}`);
	copy.setAttribute('width', width);
	copy.setAttribute('height', height + above);
	return { text: new XMLSerializer().serializeToString(copy), width, height: height + above };
}

export const svgOf = (chart, title) => new Blob([standalone(chart, title).text], { type: 'image/svg+xml' });

/** The same as a picture, twice as fine as the screen. */
export async function pngOf(chart, title) {
	const { text, width, height } = standalone(chart, title);
	const image = new Image();
	// The policy of the pages lets an image come from its own text, and from nowhere else.
	image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
	await image.decode();
	const canvas = document.createElement('canvas');
	canvas.width = width * 2;
	canvas.height = height * 2;
	canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
	return new Promise((done) => canvas.toBlob(done, 'image/png'));
}
