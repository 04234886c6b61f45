/** Where the origin's rsync answers. */
export const rsyncPort = 873;
