/** A table that is wider than its place begins with its newest year in sight. `rows` is what it shows. */
export function newest(node, rows) {
	const turn = () => requestAnimationFrame(() => (node.scrollLeft = node.scrollWidth));
	turn();
	return { update: turn };
}
