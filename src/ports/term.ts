/** Under which term this process works on a platform. Throws once another process has taken over. */
export type Term = () => number;
