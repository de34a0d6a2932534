// SvelteKit names a build by its time; the same publication should give the same files.
export default {
	kit: { version: { name: process.env.CLA_SITE_VERSION ?? 'development' } }
};
