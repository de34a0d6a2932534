import { longDate, yearLabel } from '$lib/words.js';

// Words of the pages that the internal site alone has.
export const DATASETS = { ssda903: 'SSDA903 return', iro: "IRO service's records", crosswalk: 'List of old and new numbers' };

/** A delivery as people call it; its id is 812-ssda903-2025-2025-06-30. */
export function deliveryWords(id) {
	const parts = /^\d+-([a-z0-9]+)-(\d{4})-(\d{4}-\d\d-\d\d)/.exec(id);
	return parts ? `${DATASETS[parts[1]] ?? parts[1]} ${yearLabel(parts[2])}, extracted on ${longDate(parts[3])}` : id;
}

/** A rule's sentence without the place where the staff's own lists name a column. */
export const plain = (sentence) => (sentence ?? '').replaceAll(' ({column})', '').replaceAll('{column}', 'A value');

/** An urgency or a rating as it stands on a page: ratings are written in capitals in the records. */
export const urgencyWords = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1).toLowerCase()}`;

/** Why figures are otherwise than they were published. */
export const BECAUSE = {
	delivery: 'because deliveries came',
	version: 'because the program changed; nothing new was delivered',
	other: "without a new delivery: a delivery was accepted, a setting was changed, or DfE's figures came"
};

/** Why a figure is another than DfE's. */
export const REASONS = {
	definition: 'Counted otherwise',
	provisional_return: 'The return is not final',
	other_records: 'Other records',
	rounding: 'Rounding',
	suppressed: 'DfE hides it',
	not_published: 'DfE has none',
	nothing_to_divide: 'Nothing to take a share of',
	none: ''
};
