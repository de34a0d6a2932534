// Where several authorities stand side by side (authorities.json, which a build of several writes), each has all pages to
// itself below a path of its own.

/** The same page of another authority: `base` is the path of this one's pages, `other` of the other's. What was chosen goes with it. */
export const samePage = ({ pathname, search, hash }, base, other) => `${other}${pathname.slice(base.length)}${search}${hash}`;
