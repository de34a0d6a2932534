// Which site this is: that of the public figures. site/internal has the other one's, which lies over this file when the
// internal site is built.
export const INTERNAL = false;

/** Pages that this site alone has: [name, address]. */
export const OWN = [];
