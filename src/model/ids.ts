/**
 * Names of things, one branded type a kind, so that a pool's name never
 * passes for a machine's. All are lower-case words of a-z, 0-9 and "-".
 */
declare const brand: unique symbol;
type Name<Kind extends string> = string & { readonly [brand]: Kind };

export type PlatformName = Name<'platform'>;
export type SiteName = Name<'site'>;
export type NetworkName = Name<'network'>;
export type FlavourName = Name<'flavour'>;
export type PoolName = Name<'pool'>;
export type MachineName = Name<'machine'>;
export type AddressName = Name<'address'>;
export type DatabaseName = Name<'database'>;
export type ContentName = Name<'content'>;
/** Something that a site can do without for a while, by its own name for it. */
export type FeatureName = Name<'feature'>;
export type EngineName = Name<'engine'>;

/** Identifies a machine image by what it holds: equal keys are equal images. */
export type ImageKey = Name<'image'>;

/** A kept copy of a configured machine's disk, from which others of its pool begin. */
export type BakeName = Name<'bake'>;

/** Identifies one version of a content's files by what they hold: equal ids are equal files. */
export type ReleaseId = Name<'release'>;

/** Identifies a step within one plan, for example `web-1/nginx`. */
export type StepId = Name<'step'>;
