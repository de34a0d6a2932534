// Which site this is: that of the exact figures, for the authority's own staff.
export const INTERNAL = true;

/** Pages that this site alone has: [name, address]. */
export const OWN = [
	['Work in hand', '/work-in-hand/'],
	['Each officer', '/officers/'],
	['Month by month', '/month-by-month/'],
	['Data quality', '/data-quality/'],
	['Reconciliation', '/reconciliation/'],
	['Revisions', '/revisions/']
];
